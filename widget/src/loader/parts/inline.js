// `[data-sondeo="SURVEY"]` gets the survey's card, asked for, unless one stands in it.
export default (page, trigger, go) =>
  page.parts.seek('[data-sondeo="' + trigger.name + '"]', (element) => {
    const has = () => [...element.children].some((child) => child.shadowRoot);
    if (!has()) go({ ...trigger, holds: () => element.isConnected && !has(), asked: element });
  });
