// Says what a consent platform says. Where only platforms are believed, what the page says of consent is not kept from
// the first call on, which says nothing.
export default (page, status, source, tc) => {
  if (page.live.deaf && !page.deaf) {
    page.deaf = 1;
    for (const [name, none] of Object.entries({ status: 'unknown', source: 'none', at: undefined })) {
      let kept = none;
      Object.defineProperty(page, name, { enumerable: true, get: () => kept, set: (value) => page.hears && (kept = value) });
    }
  }
  if (!status) return;
  page.tc = tc;
  page.hears = 1;
  page.run('consent', status, source);
  page.hears = 0;
};
