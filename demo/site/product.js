// A product's page: choose, add, and tell the survey when the notes were opened.
import goods from "./goods.js";
import { add } from "./basket.js";
import { euros } from "./money.js";

const form = document.getElementById("add");
const good = goods.find(({ slug }) => slug === form.dataset.slug);
const quantity = form.elements.quantity;
const wanted = () => Math.min(Math.max(Math.trunc(Number(quantity.value)) || 1, 1), 20);
const size = () => new FormData(form).get("size") ?? good.sizes[0].name;

function showPrice() {
  document.getElementById("price").textContent = euros(good.sizes.find(({ name }) => name === size()).cents);
}

form.addEventListener("click", (event) => {
  const step = Number(event.target.dataset?.step);
  if (step) quantity.value = String(Math.min(Math.max(wanted() + step, 1), 20));
});
form.addEventListener("change", () => {
  quantity.value = String(wanted());
  showPrice();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const many = wanted();
  add(good.slug, size(), new FormData(form).get("grind"), many);
  const link = document.createElement("a");
  link.href = "/cart";
  link.textContent = "See the cart";
  document.getElementById("added").replaceChildren(`${many === 1 ? "" : `${many} × `}${good.name} added. `, link);
});

// Who opened the notes, or stayed for twenty seconds, has seen enough to judge the page. The survey itself asks once.
const viewed = () => window.sondeo("event", "product_viewed");
document.getElementById("notes").addEventListener("toggle", viewed, { once: true });
setTimeout(viewed, 20_000);
showPrice();
