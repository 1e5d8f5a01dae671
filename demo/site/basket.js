// The cart: what, how much of it, and what it costs today.
import goods from "./goods.js";

const MOST = 20;
const FREE_FROM = 4000;
const DELIVERY = 390;
const { read, write } = window.kestrel;

/** The lines of the cart whose goods are still sold, with today's prices. */
export function lines() {
  const kept = read("cart", []);
  return (Array.isArray(kept) ? kept : []).flatMap(({ slug, size, grind, quantity } = {}) => {
    const good = goods.find((good) => good.slug === slug);
    const found = good?.sizes.find(({ name }) => name === size);
    if (!found || !(quantity >= 1)) return [];
    return [{ slug, size, grind, quantity: Math.min(Math.trunc(quantity), MOST), good, cents: found.cents }];
  });
}

export const count = () => lines().reduce((sum, line) => sum + line.quantity, 0);

/** Adds to the line of the same good, size and grind, or starts one. */
export function add(slug, size, grind, quantity) {
  const now = lines();
  const same = now.find((line) => line.slug === slug && line.size === size && line.grind === grind);
  if (same) same.quantity = Math.min(same.quantity + quantity, MOST);
  else now.push({ slug, size, grind, quantity: Math.min(quantity, MOST) });
  keep(now);
}

/** Sets a line's quantity; 0 removes the line. */
export function set(index, quantity) {
  const now = lines();
  if (quantity < 1) now.splice(index, 1);
  else now[index].quantity = Math.min(quantity, MOST);
  keep(now);
}

export const empty = () => keep([]);

/** Goods, delivery and total, in cents. */
export function totals(of) {
  const goods = of.reduce((sum, line) => sum + line.cents * line.quantity, 0);
  const delivery = goods >= FREE_FROM ? 0 : DELIVERY;
  return { goods, delivery, total: goods + delivery, missing: Math.max(0, FREE_FROM - goods) };
}

/** What a line is made of, in words: "250 g · Espresso". */
export const words = ({ size, grind }) => [size, grind].filter(Boolean).join(" · ");

function keep(now) {
  write("cart", now.map(({ slug, size, grind, quantity }) => ({ slug, size, grind, quantity })));
  document.dispatchEvent(new Event("basket"));
}
