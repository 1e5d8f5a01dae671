// Waits for an element; watches the page only as long as there is none, and looks at most five times a second. A
// selector that is none throws here, before anything is watched.
export default (selector, found) => {
  let timer;
  let undo;
  const look = () => {
    timer = 0;
    const element = document.querySelector(selector);
    if (!element) return true;
    watch.disconnect();
    undo = found(element);
  };
  const watch = new MutationObserver(() => (timer ||= setTimeout(look, 200)));
  if (look()) watch.observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ['id', 'class'] });
  return () => {
    clearTimeout(timer);
    watch.disconnect();
    undo && undo();
  };
};
