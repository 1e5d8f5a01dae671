// A single-page application goes to another page. What `history` had does its work first and answers, whatever happens
// here. A page that only tidies its address, as those do that take a query away, stays the same one.
export default (moved) => {
  let { href, pathname } = location;
  const look = (name) => {
    const was = [href, pathname];
    ({ href, pathname } = location);
    if (was[0] === href || (name === 'replaceState' && was[1] === pathname)) return;
    try {
      moved();
    } catch {}
  };
  for (const name of ['pushState', 'replaceState']) {
    const own = history[name];
    history[name] = function (...values) {
      const result = own.apply(this, values);
      look(name);
      return result;
    };
  }
  addEventListener('popstate', look);
  addEventListener('hashchange', look);
};
