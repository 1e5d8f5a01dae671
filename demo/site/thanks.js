// The thank-you page: the order, when it comes, and the event that asks how it went.
import { decimal } from "./money.js";
import { find } from "./orders.js";
import { showLines, showSums } from "./summary.js";

const order = find(new URLSearchParams(location.search).get("order"));
const put = (id, text) => (document.getElementById(id).textContent = text);
const DAY = 86_400_000;
const TUESDAY = 2;

const day = (time) =>
  new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short" }).format(time);

document.getElementById("thanks").hidden = !order;
document.getElementById("empty").hidden = Boolean(order);

if (order) {
  // The next Tuesday that is not today, and the Friday after it.
  const wait = (TUESDAY - new Date(order.at).getDay() + 7) % 7 || 7;
  const roasted = order.at + wait * DAY;
  const delivered = roasted + 3 * DAY;
  put("order-id", order.id);
  put("hello", order.name ? `Thank you, ${order.name}.` : "Thank you.");
  put("made", order.lines.some(({ grind }) => grind) ? "Roasted" : "Packed");
  put("day-ordered", day(order.at));
  put("day-roasted", day(roasted));
  put("day-delivered", `by ${day(delivered)}`);
  put("payment", order.payment === "cash"
    ? "You pay cash at the door; the courier carries change."
    : "You pay by card at the door, on the courier's terminal.");
  showLines(document.getElementById("lines"), order.lines);
  showSums(document.getElementById("sums"), order);
  document.title = `Order ${order.id} · Kestrel`;
  // On every load: it is for the survey to ask once.
  window.sondeo("event", "purchase", { order_id: order.id, value: decimal(order.total), currency: "EUR" });
}
