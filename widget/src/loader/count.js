// Tells the collector what became of a survey that was shown: a count, of nobody. It is sent once and kept nowhere, so it may be
// lost and is never doubled.
export const count = (page, survey, ...kinds) => {
  try {
    // Its card's address has its version. A look at a draft is of no live survey: it throws, and is not counted.
    const { card } = page.live.surveys.find(({ id }) => id === survey);
    const counts = kinds.map((kind) => ',"' + kind + '":1').join('');
    const body = '{"survey_version":' + parseInt(card.split('/')[4]) + counts + '}';
    const url = page.base + '/v1/sites/' + page.live.site + '/surveys/' + survey + '/exposures';
    fetch(url, { method: 'POST', body, keepalive: true, credentials: 'omit' }).catch(() => {});
  } catch {}
};

// Where a site goes by consent, what a visitor does is theirs until they agree. Elsewhere those who refused are asked, too.
export const countDismissal = (page, survey) => {
  if (page.status === 'granted' || page.live.ask.includes('denied')) count(page, survey, 'dismissed');
};
