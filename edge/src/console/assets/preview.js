// The card's text is in the page: whoever fetches that of a draft gets it.
(() => {
  const real = window.fetch;
  const text = document.body.dataset.card;
  window.fetch = (address, ...rest) =>
    String(address).includes('/preview?token=') ? Promise.resolve(new Response(text)) : real(address, ...rest);
})();
