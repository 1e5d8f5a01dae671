// What the checkout's fields must hold, and how each fault is said.

const POSTAL = {
  PT: [/^\d{4}-\d{3}$/, "1200-060"],
  ES: [/^\d{5}$/, "28013"],
  FR: [/^\d{5}$/, "75011"],
  DE: [/^\d{5}$/, "10115"],
  IE: [/^[A-Z]\d[\dW] ?[A-Z\d]{4}$/i, "D02 X285"],
  IT: [/^\d{5}$/, "20121"],
  NL: [/^\d{4} ?[A-Z]{2}$/i, "1017 CT"],
};

/** A postal code of that country, as an example. */
export const postalExample = (country) => POSTAL[country]?.[1] ?? "";

/** The faults of the form's values, in the order of its fields: [field, what to do about it]. */
export function faults(values) {
  const text = (name) => String(values.get(name) ?? "").trim();
  const rules = [
    ["name", text("name") !== "", "Enter your name"],
    ["email", text("email") !== "", "Enter your e-mail address"],
    ["email", /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(text("email")), "Enter an e-mail address like ana@example.com"],
    ["country", text("country") in POSTAL, "Choose a country"],
    ["address", text("address") !== "", "Enter your street and number"],
    ["postal_code", text("postal_code") !== "", "Enter your postal code"],
    [
      "postal_code",
      POSTAL[text("country")]?.[0].test(text("postal_code")),
      `Enter a postal code like ${postalExample(text("country"))}`,
    ],
    ["city", text("city") !== "", "Enter your city"],
  ];
  const found = new Map();
  for (const [field, holds, message] of rules) {
    if (!holds && !found.has(field)) found.set(field, message);
  }
  return found;
}
