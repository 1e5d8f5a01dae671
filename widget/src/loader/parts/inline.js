// `[data-sondeo="SURVEY"]` gets the survey's card, asked for. An element gets one once.
export default (page, trigger, go, { id }) => {
  const filled = (page.filled ||= new WeakSet());
  return page.parts.seek('[data-sondeo="' + id + '"]', (element) => {
    if (filled.has(element)) return;
    filled.add(element);
    go(undefined, () => element.isConnected, element);
  });
};
