// The lower edge of the window has reached so much of the page. Nothing is measured before the visitor scrolls.
export default (page, { number }, go) => {
  const look = () => {
    const { scrollHeight } = document.documentElement;
    if (((scrollY + innerHeight) / scrollHeight) * 100 < number) return;
    undo();
    go();
  };
  const undo = () => removeEventListener('scroll', look);
  addEventListener('scroll', look);
  return undo;
};
