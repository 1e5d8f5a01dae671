// The order's lines and sums, as the checkout and the thank-you page show them.
import { words } from "./basket.js";
import { euros } from "./money.js";

export function showLines(list, lines) {
  list.replaceChildren(...lines.map((line) => {
    const item = document.createElement("li");
    item.className = "line";
    const art = document.createElement("img");
    Object.assign(art, { src: `/art/${line.slug}.svg`, alt: "", width: 48, height: 56 });
    const text = make("div", "line-text", make("b", "line-name", line.name), make("p", "line-kind", words(line)));
    item.append(art, text, make("span", "line-times", `× ${line.quantity}`),
      make("span", "line-price", euros(line.cents * line.quantity)));
    return item;
  }));
}

export function showSums(list, { goods, delivery, total }) {
  const row = (name, value, kind) => make("div", kind, make("dt", "", name), make("dd", "", value));
  list.replaceChildren(
    row("Goods", euros(goods), ""),
    row("Delivery", delivery === 0 ? "Free" : euros(delivery), ""),
    row("Total", euros(total), "total"),
  );
}

function make(name, kind, ...children) {
  const node = document.createElement(name);
  if (kind) node.className = kind;
  node.append(...children);
  return node;
}
