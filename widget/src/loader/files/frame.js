// Where a page may not run WebAssembly: the hosted page of the survey, in a frame at the bottom right.
import { count, countDismissal } from '../count.js';

const CORNER = 'position:fixed;z-index:2147483647;inset:auto 16px 16px auto;width:360px;height:420px;max-height:calc(100% - 32px);border:0;border-radius:12px;box-shadow:0 8px 32px #0004;color-scheme:auto';
const INLINE = 'width:100%;height:420px;border:0;color-scheme:auto';
const SHEET = ';inset:auto 0 0;width:100%;border-radius:12px 12px 0 0';

const [HOUR, DAY, FOREVER] = [3600, 86400, 4294967295];

export default (page, survey, data, asked) => {
  const order = data && page.text(data.order_id);
  if (page.frame || (survey.order && !order)) return;
  const frame = (page.frame = document.createElement('iframe'));
  // Who answers, and about what.
  const linked = () => {
    const { user, proof } = page.user?.user == null ? { user: page.user } : page.user;
    const { order_id, value, currency, proof: order_proof } = data || {};
    const said = Object.entries({ user, proof, order: order_id, value, currency, order_proof });
    return said.map(([name, value]) => [name, page.text(value)]).filter(([, value]) => value != null);
  };
  // Addresses are logged on their way: what consent does not allow to be kept is not in this one.
  const address = () => {
    const query = new URLSearchParams({ embed: 1, consent: page.status, source: page.source, l: page.languages });
    if (page.parts.keep(page)) for (const [name, value] of linked()) query.set(name, value);
    return page.base + '/h/' + page.live.site + '/' + survey.id + '?' + query;
  };
  const place = asked && asked.nodeType ? asked : undefined;
  frame.title = 'Survey';
  frame.src = address();
  // Set by script, property by property: no style-src is needed.
  frame.style.cssText = place ? INLINE : CORNER + (matchMedia('(max-width:480px)').matches ? SHEET : '');
  // As the card does: silence is kept in seconds since 1970.
  const key = survey.id + (survey.order ? ':' + order : '');
  const keep = (name, seconds) => page.set(name, Math.min(Math.floor(Date.now() / 1000) + seconds, FOREVER));
  let fields = [];
  let answered;
  let counted;
  const begun = page.words(survey.card + '?').then(
    (said) => {
      fields = said.split('\x1f');
      frame.title = fields[FIELD.Question] || frame.title;
      if (asked) return;
      keep('clock', fields[FIELD.SpacingHours] * HOUR);
      const times = 1 + (page.get('shown:' + key) | 0);
      page.set('shown:' + key, times);
      if (times >= fields[FIELD.MostShown]) keep('rest:' + key, FOREVER);
    },
    () => {},
  );
  page.tell('shown', { survey: survey.id });
  const remove = () => {
    if (page.frame !== frame) return;
    removeEventListener('message', hear);
    frame.remove();
    page.frame = undefined;
    page.tell('closed', { survey: survey.id });
  };
  page.close = remove;
  // What the frame was told of consent is what it sends: without an answer yet, it is told anew.
  let { status } = page;
  page.looks.push(() => {
    if (page.status === status || page.frame !== frame) return;
    status = page.status;
    if (answered || !(survey.ask || page.live.ask).includes(status)) return remove();
    frame.src = address();
  });
  const hear = ({ origin, source, data }) => {
    if (origin !== page.base || source !== frame.contentWindow || !data) return;
    // Only a page that is there says anything.
    if (!counted) count(page, survey.id, 'shown', ...(asked && !place ? ['opened'] : []));
    counted = true;
    if (data.sondeo === 'height' && data.height > 0) frame.style.height = Math.min(data.height, 900) + 'px';
    // The box is ticked there.
    if (data.sondeo === 'agreed' && page.parts.keep({ live: page.live, status: 'granted' })) frame.contentWindow.postMessage({ sondeo: 'linked', linked: linked() }, page.base);
    if (data.sondeo === 'answered' && !answered) {
      answered = true;
      page.tell('answered', { survey: survey.id });
      begun.then(() => {
        keep('wait:' + key, fields[FIELD.Window] * DAY || FOREVER);
        for (const name of ['shown:', 'rest:']) page.set(name + key, 0);
      });
    }
    if (data.sondeo !== 'close') return;
    if (!answered) {
      page.tell('dismissed', { survey: survey.id });
      countDismissal(page, survey.id);
      if (!asked) begun.then(() => keep('rest:' + key, (fields[FIELD.AfterDismissalDays] || 0) * DAY));
    }
    remove();
  };
  addEventListener('message', hear);
  const put = () => (place || document.body).append(frame);
  document.body ? put() : addEventListener('DOMContentLoaded', put);
};
