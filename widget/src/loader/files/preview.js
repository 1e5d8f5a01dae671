// `?sondeo-preview=SURVEY&sondeo-token=TOKEN`: an owner looks at a draft on the page itself. Nothing is stored or sent.
export default async (page) => {
  // No survey of the page comes by itself, not even one that is under way.
  page.live.surveys = page.live.triggers = [];
  page.nth++;
  const asked = new URLSearchParams(location.search);
  const survey = asked.get('sondeo-preview');
  const path = '/c/' + page.live.site + '/' + encodeURIComponent(survey) + '/preview?token=' + encodeURIComponent(asked.get('sondeo-token')) + '&';
  const [card, said] = await Promise.all([page.load(), page.words(path)]);
  if (document.readyState === 'loading') await new Promise((done) => addEventListener('DOMContentLoaded', done));
  const nothing = () => {};
  // Above the page's own members, so that the card meets these.
  const silent = { ...page, get: nothing, set: nothing, send: nothing, tell: nothing, status: 'granted', source: 'site' };
  await card(silent, survey, said, survey, { order_id: 'preview' }, true);
};
