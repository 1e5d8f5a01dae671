// Finds an element, and the one that takes its place when an application draws its next page. Looks at most five times a
// second. A selector that is none throws here, before anything is watched.
export default (selector, found) => {
  let timer;
  let undo;
  let last;
  const look = () => {
    timer = 0;
    const element = document.querySelector(selector);
    if (!element || element === last) return;
    undo && undo();
    undo = found((last = element));
  };
  const watch = new MutationObserver(() => (timer ||= setTimeout(look, 200)));
  look();
  watch.observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ['id', 'class'] });
  return () => {
    clearTimeout(timer);
    watch.disconnect();
    undo && undo();
  };
};
