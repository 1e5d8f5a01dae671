// Since the session's first page.
export default (page, { number }, go) => {
  const since = page.parts.session(page, 'since') || page.parts.session(page, 'since', Date.now());
  const timer = setTimeout(go, number * 1000 - (Date.now() - since));
  return () => clearTimeout(timer);
};
