// A single-page application goes to another page. What `history` had does its work first and answers, whatever happens
// here. A page that only tidies its address, as those do that take a query away, stays the same one. `here` is the address
// at first: what happened until now is seen by that.
export default (here, path, moved) => {
  const look = (name) => {
    const was = here;
    here = document.URL;
    if (was === here || (name === 'replaceState' && path(was) === path(here))) return;
    try {
      moved();
    } catch {}
  };
  look('replaceState');
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
