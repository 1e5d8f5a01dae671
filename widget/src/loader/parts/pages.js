// A single-page application goes to another page. What `history` had does its work first and answers, whatever happens
// here.
export default (moved) => {
  let here = location.href;
  const look = () => {
    if (here === location.href) return;
    here = location.href;
    try {
      moved();
    } catch {}
  };
  for (const name of ['pushState', 'replaceState']) {
    const own = history[name];
    history[name] = function (...values) {
      const result = own.apply(this, values);
      look();
      return result;
    };
  }
  addEventListener('popstate', look);
  addEventListener('hashchange', look);
};
