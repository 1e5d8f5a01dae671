// Where a page may not run WebAssembly: the hosted page of the survey, in a frame at the bottom right.
const CORNER = 'position:fixed;z-index:2147483647;inset:auto 16px 16px auto;width:360px;height:420px;max-height:calc(100% - 32px);border:0;border-radius:12px;box-shadow:0 8px 32px #0004;color-scheme:auto';
const SHEET = ';inset:auto 0 0;width:100%;border-radius:12px 12px 0 0';

// The fields of `survey/src/card.rs` that are read here.
const [WINDOW, AFTER_DISMISSAL_DAYS, SPACING_HOURS, QUESTION] = [5, 6, 15, 19];
const [HOUR, DAY, FOREVER] = [3600, 86400, 4294967295];

export default (page, survey, data) => {
  if (page.frame) return;
  const frame = (page.frame = document.createElement('iframe'));
  const query = new URLSearchParams({ embed: 1, consent: page.status, source: page.source, l: page.languages });
  if (page.user != null) query.set('user', page.user);
  for (const [name, from] of [['order', 'order_id'], ['value', 'value'], ['currency', 'currency']]) {
    const value = data && page.text(data[from]);
    if (value != null) query.set(name, value);
  }
  frame.title = 'Survey';
  frame.src = page.base + '/h/' + page.live.site + '/' + survey.id + '?' + query;
  // Set by script, property by property: no style-src is needed.
  frame.style.cssText = CORNER + (matchMedia('(max-width:480px)').matches ? SHEET : '');
  // As the card does: silence is kept in seconds since 1970.
  const key = survey.id + (survey.order ? ':' + page.text(data && data.order_id) : '');
  const keep = (name, seconds) => page.set(name, Math.min(Math.floor(Date.now() / 1000) + seconds, FOREVER));
  let fields = [];
  let answered;
  const begun = page.words(survey.card + '?').then(
    (said) => {
      fields = said.split('\x1f');
      frame.title = fields[QUESTION] || frame.title;
      keep('clock', fields[SPACING_HOURS] * HOUR);
    },
    () => {},
  );
  page.tell('shown', { survey: survey.id });
  const close = () => {
    if (!answered) {
      page.tell('dismissed', { survey: survey.id });
      begun.then(() => keep('rest:' + key, (fields[AFTER_DISMISSAL_DAYS] || 0) * DAY));
    }
    removeEventListener('message', hear);
    frame.remove();
    page.frame = undefined;
  };
  const hear = ({ origin, source, data }) => {
    if (origin !== page.base || source !== frame.contentWindow || !data) return;
    if (data.sondeo === 'close') close();
    if (data.sondeo === 'answered' && !answered) {
      answered = true;
      begun.then(() => keep('wait:' + key, fields[WINDOW] * DAY || FOREVER));
    }
    if (data.sondeo === 'height' && data.height > 0) frame.style.height = Math.min(data.height, 900) + 'px';
  };
  addEventListener('message', hear);
  const place = () => document.body.append(frame);
  document.body ? place() : addEventListener('DOMContentLoaded', place);
};
