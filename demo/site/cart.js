// The cart's page.
import { lines, set, totals, words } from "./basket.js";
import { euros } from "./money.js";
import { showSums } from "./summary.js";

const list = document.getElementById("lines");
const status = document.getElementById("cart-status");

function draw() {
  const now = lines();
  document.getElementById("cart").hidden = now.length === 0;
  document.getElementById("empty").hidden = now.length > 0;
  list.replaceChildren(...now.map(row));
  const sums = totals(now);
  showSums(document.getElementById("sums"), sums);
  document.getElementById("free-note").textContent =
    sums.missing > 0 ? `${euros(sums.missing)} more and delivery is free.` : "Delivery is free.";
}

function row(line, index) {
  const item = document.getElementById("line").content.cloneNode(true).firstElementChild;
  const find = (selector) => item.querySelector(selector);
  const name = line.good.name;
  for (const link of item.querySelectorAll("a")) link.href = `/product/${line.slug}`;
  find(".line-art").tabIndex = -1;
  find(".line-art").setAttribute("aria-hidden", "true");
  find("img").src = `/art/${line.slug}.svg`;
  find(".line-name").textContent = name;
  find(".line-kind").textContent = words(line);
  find(".stepper").setAttribute("aria-label", `Quantity of ${name}`);
  find("output").textContent = String(line.quantity);
  find(".line-price").textContent = euros(line.cents * line.quantity);
  const [less, more] = item.querySelectorAll("[data-step]");
  less.setAttribute("aria-label", `One ${name} less`);
  more.setAttribute("aria-label", `One ${name} more`);
  less.addEventListener("click", () => change(index, line, line.quantity - 1, "[data-step='-1']"));
  more.addEventListener("click", () => change(index, line, line.quantity + 1, "[data-step='1']"));
  const remove = find(".line-remove");
  remove.setAttribute("aria-label", `Remove ${name}`);
  remove.addEventListener("click", () => change(index, line, 0, ".line-remove"));
  return item;
}

/** Changes, redraws, and puts the focus back where it was, or on what took its place. */
function change(index, line, quantity, control) {
  set(index, quantity);
  draw();
  const now = lines();
  const sum = now.length > 0 ? `Total ${euros(totals(now).total)}.` : "Your cart is empty.";
  status.textContent = quantity < 1 ? `${line.good.name} removed. ${sum}` : `${line.good.name}: ${quantity}. ${sum}`;
  const row = list.children[Math.min(index, list.children.length - 1)];
  (row?.querySelector(control) ?? document.querySelector("#empty .button")).focus();
}

draw();
window.addEventListener("pageshow", (event) => event.persisted && draw());
window.addEventListener("storage", draw);
