// Amounts are whole cents throughout; text is made here only.

/** For people: 1150 → "€11.50". */
export const euros = (cents) => `€${decimal(cents)}`;

/** For machines: 1150 → "11.50". */
export const decimal = (cents) => `${Math.trunc(cents / 100)}.${String(cents % 100).padStart(2, "0")}`;
