// A GA4 purchase starts the survey by itself: `gtag('event', 'purchase', {…})`, which pushes its arguments, or Tag
// Manager's `{event: 'purchase', ecommerce: {…}}`; so does the tag's own order.
export default (page) => {
  if (page.ordered) return;
  const { orderId: order_id, value, currency, orderProof: proof } = page.tag;
  page.ordered = 1;
  if (order_id) page.run('event', 'purchase', { order_id, value, currency, proof });
  page.parts.layer(page, (entry) => {
    const { transaction_id: order_id, value, currency } =
      entry[0] === 'event' && entry[1] === 'purchase' ? entry[2] : entry.event === 'purchase' && entry.ecommerce;
    if (order_id != null) page.run('event', 'purchase', { order_id, value, currency });
  });
};
