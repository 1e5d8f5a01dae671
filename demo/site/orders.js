// Orders, kept in this browser only.

const { read, write } = window.kestrel;

/** Keeps the order and returns its new number, which no other order has. */
export function place(order) {
  const id = number();
  write("orders", [{ id, at: Date.now(), ...order }, ...all()].slice(0, 20));
  return id;
}

/** The order with this number, or the newest where none is named. */
export const find = (id) => (id ? all().find((order) => order.id === id) : all()[0]);

function all() {
  const orders = read("orders", []);
  return Array.isArray(orders) ? orders : [];
}

/** Forty random bits: "K-1042A-7F3C9". */
function number() {
  let hex;
  if (crypto.randomUUID) {
    hex = crypto.randomUUID().replaceAll("-", "").slice(0, 10);
  } else {
    // Plain HTTP on another host than localhost has no randomUUID.
    hex = Array.from(crypto.getRandomValues(new Uint8Array(5)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }
  return `K-${hex.slice(0, 5)}-${hex.slice(5)}`.toUpperCase();
}
