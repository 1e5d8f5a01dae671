// `[data-sondeo="SURVEY"]` gets the survey's card, asked for, unless one stands in it.
export default (page, trigger, go, { id }) =>
  page.parts.seek('[data-sondeo="' + id + '"]', (element) => {
    const has = () => [...element.children].some((child) => child.shadowRoot);
    if (!has()) go(undefined, () => element.isConnected && !has(), element);
  });
