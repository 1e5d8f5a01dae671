// Consent platforms, on demand: whoever first asks what the visitor said of consent imports the file that listens to them.
// Until it is there nothing is known, not even that nobody has spoken, so whatever depends on it waits. Not enumerable: a
// preview copies the page, and asks nobody.
export default (page) => {
  let tries = 0;
  let asked;
  Object.defineProperty(page, 'status', {
    enumerable: false,
    // Another fragment each time: Firefox never asks again for what failed under one address.
    get: () => void (asked ||= page.file('platform.js#' + tries++).then((listens) => (asked = listens))),
    set: (said) => (page.said = said),
  });
};
