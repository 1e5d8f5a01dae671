// The lower edge of the window has reached so much of the page. Nothing is measured before the visitor scrolls.
export default (page, trigger, go) => {
  const look = () => {
    const { scrollHeight } = document.documentElement;
    if (((scrollY + innerHeight) / scrollHeight) * 100 < trigger.number) return;
    undo();
    go(trigger);
  };
  const undo = () => removeEventListener('scroll', look);
  addEventListener('scroll', look);
  return undo;
};
