// The checkout: validate, keep the order, go to the thank-you page.
import { empty, lines, totals } from "./basket.js";
import { faults, postalExample } from "./fields.js";
import { place } from "./orders.js";
import { showLines, showSums } from "./summary.js";

const form = document.getElementById("order");
const box = document.getElementById("faults");
const bought = lines().map(({ slug, size, grind, quantity, good, cents }) => ({
  slug, size, grind, quantity, name: good.name, cents,
}));

document.getElementById("checkout").hidden = bought.length === 0;
document.getElementById("empty").hidden = bought.length > 0;
showLines(document.getElementById("lines"), bought);
showSums(document.getElementById("sums"), totals(bought));

function showHint() {
  document.getElementById("postal_code-hint").textContent = `Like ${postalExample(form.elements.country.value)}`;
}

/** Says the fault next to its field, or takes it back. */
function mark(name, message) {
  const input = form.elements[name];
  const id = `${name}-fault`;
  let note = document.getElementById(id);
  if (!message) {
    note?.remove();
    input.removeAttribute("aria-invalid");
  } else {
    if (!note) {
      note = document.createElement("p");
      note.className = "fault";
      note.id = id;
      input.after(note);
    }
    note.textContent = message;
    input.setAttribute("aria-invalid", "true");
  }
  const described = [message && id, document.getElementById(`${name}-hint`) && `${name}-hint`].filter(Boolean);
  if (described.length > 0) input.setAttribute("aria-describedby", described.join(" "));
  else input.removeAttribute("aria-describedby");
}

const FIELDS = ["name", "email", "country", "address", "postal_code", "city"];

function showFaults(found) {
  for (const name of FIELDS) mark(name, found.get(name));
  box.hidden = found.size === 0;
  if (found.size === 0) return;
  document.getElementById("faults-title").textContent =
    found.size === 1 ? "One thing needs another look" : `${found.size} things need another look`;
  box.querySelector("ul").replaceChildren(...Array.from(found, ([name, message]) => {
    const link = document.createElement("a");
    link.href = `#${name}`;
    link.textContent = message;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      form.elements[name].focus();
    });
    const item = document.createElement("li");
    item.append(link);
    return item;
  }));
  box.focus();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const values = new FormData(form);
  const found = faults(values);
  showFaults(found);
  if (found.size > 0 || bought.length === 0) return;
  // A second click on the way out must not order twice.
  form.querySelector("[type=submit]").disabled = true;
  const id = place({
    // The first name greets; nothing else of the form is kept.
    name: String(values.get("name")).trim().split(/\s+/)[0],
    payment: values.get("payment"),
    lines: bought,
    ...totals(bought),
  });
  empty();
  location.assign(`/thanks?order=${encodeURIComponent(id)}`);
});

// A fault goes as soon as it is put right; a new one waits for the next try.
form.addEventListener("input", (event) => {
  if (event.target.name === "country") showHint();
  const found = faults(new FormData(form));
  for (const name of FIELDS) {
    if (document.getElementById(`${name}-fault`)) mark(name, found.get(name));
  }
});

// Back from the thank-you page, out of the back-forward cache: the cart is empty by now.
window.addEventListener("pageshow", (event) => event.persisted && location.reload());
showHint();
