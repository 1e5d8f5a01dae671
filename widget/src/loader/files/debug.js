// Says in the console why each survey did or did not show, from the page's start on.
const TEXTS = {
  armed: (on) => 'trigger ' + on + ' armed',
  gone: () => 'the page, or what its trigger waited for, is gone',
  consent: () => 'waits for consent',
  audience: (fact) => 'audience: ' + fact,
  wait: (until) => 'answered, silent until ' + time(until),
  rest: (until) => 'resting until ' + time(until),
  clock: (until) => 'another survey was shown; none until ' + time(until),
  blocked: () => 'the page or the browser allows no WebAssembly',
  network: () => 'the card could not be loaded',
  waiting: () => 'answered or resting',
  resting: () => 'resting',
  spacing: () => 'another survey was shown lately',
  'no-order': () => 'needs an order, and the page named none',
  'no-place': () => 'stands in the page, and the page has no element for it',
  busy: () => 'another card is on the page',
};
const time = (seconds) => (seconds < 4294967295 ? new Date(seconds * 1000).toISOString() : 'for good');

export default ({ log, live }) => {
  const say = (entry) => {
    const [survey, reason, detail] = entry;
    const text = TEXTS[reason.split(':')[0]];
    console.info('Sondeo: ' + survey + ': ' + (text ? text(detail) : reason));
  };
  if (log.push === say) return; // a second call
  console.info('Sondeo: ' + live.site + ' has ' + (live.surveys.map(({ id }) => id).join(', ') || 'no live survey'));
  for (const { on, of } of live.triggers) say([live.surveys[of].id, 'armed', on]);
  for (const entry of log.splice(0)) say(entry);
  log.push = say;
};
