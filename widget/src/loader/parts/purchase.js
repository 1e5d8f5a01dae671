// A GA4 purchase starts the survey by itself: `gtag('event', 'purchase', {…})`, which pushes its arguments, or Tag
// Manager's `{event: 'purchase', ecommerce: {…}}`; so does the tag's own order. What was pushed before is read; of what
// comes, the page's own `push` is called first and answers. Only a layer that a page has.
export default (page) => {
  if (page.ordered != null) return;
  const heard = (entry) => {
    try {
      const { transaction_id: order_id, value, currency } =
        entry[0] === 'event' && entry[1] === 'purchase' ? entry[2] : entry.event === 'purchase' && entry.ecommerce;
      if (order_id != null) page.run('event', 'purchase', { order_id, value, currency });
    } catch {}
  };
  const { orderId: order_id, value, currency } = page.tag;
  page.ordered = !!order_id;
  if (order_id) page.run('event', 'purchase', { order_id, value, currency });
  let known;
  page.looks.push(() => {
    const layer = window.dataLayer;
    if (!layer || layer === known) return;
    known = layer;
    const push = layer.push;
    layer.push = function (...entries) {
      const result = push.apply(this, entries);
      for (const entry of entries) heard(entry);
      return result;
    };
    for (const entry of layer) heard(entry);
  });
};
