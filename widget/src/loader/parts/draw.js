// A whole number from 0 to 99, drawn once for each survey; where nothing may be kept, once for each page load.
export default (page, name, { id }) => {
  const drawn = page.parts.keep(page) ? page : (page.drawn ||= new Map());
  const key = 'draw:' + id;
  if (drawn.get(key) == null) drawn.set(key, '' + Math.floor(Math.random() * 100));
  return drawn.get(key);
};
