// `{{name}}` and `{{name|fallback}}` in a card's text, from the event's data, then the attributes. One pass: a value is
// never read as a placeholder.
export default (page, said, data) =>
  said.replace(/\{\{\s*([^{}|]*?)\s*(?:\|([^{}]*))?\}\}/g, (all, name, fallback = '') =>
    page.text(data && Object.keys(data).includes(name) ? data[name] : page.traits[name], 100) || fallback.trim());
