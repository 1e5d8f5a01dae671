// Heard on its way down, so that a page that stops its clicks is heard, too. A selector that is none throws nothing out.
export default (page, trigger, go) => {
  const click = ({ target }) => {
    try {
      target.closest(trigger.selector) && go(trigger);
    } catch {}
  };
  addEventListener('click', click, true);
  return () => removeEventListener('click', click, true);
};
