// The pointer leaves through the top of the window; on a touch screen, which has no such thing, a flick scrolls back up
// by half a window within 300 ms.
export default (page, trigger, go) => {
  const root = document.documentElement;
  const done = () => (undo(), go(trigger));
  const leave = ({ clientY, relatedTarget }) => clientY <= 0 && !relatedTarget && done();
  let top = 0;
  let since = 0;
  const scroll = ({ timeStamp }) => {
    if (scrollY >= top || timeStamp - since > 300) {
      top = scrollY;
      since = timeStamp;
    } else if (top - scrollY > innerHeight / 2 && matchMedia('(pointer:coarse)').matches) done();
  };
  const undo = () => (root.removeEventListener('mouseleave', leave), removeEventListener('scroll', scroll));
  root.addEventListener('mouseleave', leave);
  addEventListener('scroll', scroll);
  return undo;
};
