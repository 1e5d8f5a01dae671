// `{{name}}` and `{{name|fallback}}` in a card's text, from the event's data, then the attributes. One pass: a value is
// never read as a placeholder, and no placeholder reaches over U+001D to U+001F into another text.
export default (page, said, data) =>
  said.replace(/\{\{\s*([^{}|\x1d-\x1f]*?)\s*(?:\|([^{}\x1d-\x1f]*))?\}\}/g, (all, name, fallback = '') =>
    page.text(data && Object.keys(data).includes(name) ? data[name] : page.traits[name], 100) || fallback.trim());
