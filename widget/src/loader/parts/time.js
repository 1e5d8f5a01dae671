// Since the session's first page.
export default (page, trigger, go) => {
  const since = page.parts.session(page, 'since') || page.parts.session(page, 'since', Date.now());
  const timer = setTimeout(go, trigger.number * 1000 - (Date.now() - since), trigger);
  return () => clearTimeout(timer);
};
