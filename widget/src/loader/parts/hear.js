// Says what a consent platform says. Where only platforms are believed, what the page says of consent is not kept from
// the first call on, which says nothing.
export default (page, status, source, tc) => {
  if (page.live.deaf && !page.deaf) {
    page.deaf = 1;
    const kept = { status: 'unknown', source: 'none', at: undefined };
    for (const name of Object.keys(kept))
      Object.defineProperty(page, name, { enumerable: true, get: () => kept[name], set: (value) => page.hears && (kept[name] = value) });
  }
  if (!status) return;
  page.tc = tc;
  page.hears = 1;
  page.run('consent', status, source);
  page.hears = 0;
};
