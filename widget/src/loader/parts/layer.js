// Hears what is pushed to the page's `dataLayer`. What was pushed before is read; of what comes, the page's own `push` is
// called first and answers. Only a layer that a page has.
export default (page, heard) => {
  const hear = (entry) => {
    try {
      heard(entry);
    } catch {}
  };
  let known;
  const look = () => {
    const layer = window.dataLayer;
    if (!layer || layer === known) return;
    known = layer;
    const push = layer.push;
    layer.push = function (...entries) {
      const result = push.apply(this, entries);
      for (const entry of entries) hear(entry);
      return result;
    };
    for (const entry of layer) hear(entry);
  };
  page.looks.push(look);
  look();
};
