// The page view of this number in the session. Each page is counted once, however many surveys ask.
export default (page, trigger, go) => {
  if (page.counted !== page.nth) {
    page.counted = page.nth;
    page.views = +(page.parts.session(page, 'views') || 0) + 1;
    page.parts.session(page, 'views', page.views);
  }
  if (page.views === trigger.number) go(trigger);
};
