// New for a whole session, and returning in later ones; where nothing may be kept, new.
export default (page) => {
  const { session, keep } = page.parts;
  const kind = session(page, 'visitor') || (page.get('seen') ? 'returning' : 'new');
  if (keep(page)) {
    session(page, 'visitor', kind);
    page.set('seen', 1);
  }
  return kind;
};
