// Where a page may not run WebAssembly: the hosted page of the survey, in a frame at the bottom right.
const CORNER = 'position:fixed;z-index:2147483647;inset:auto 16px 16px auto;width:360px;height:420px;max-height:calc(100% - 32px);border:0;border-radius:12px;box-shadow:0 8px 32px #0004;color-scheme:auto';
const SHEET = ';inset:auto 0 0;width:100%;border-radius:12px 12px 0 0';

// A field of `survey/src/card.rs`.
const QUESTION = 19;

export default (page, survey, data) => {
  if (page.frame) return;
  const frame = (page.frame = document.createElement('iframe'));
  const query = new URLSearchParams({ embed: 1, consent: page.status, source: page.source, l: page.languages });
  for (const [name, from] of [['order', 'order_id'], ['value', 'value'], ['currency', 'currency']]) {
    const value = data && page.text(data[from]);
    if (value != null) query.set(name, value);
  }
  frame.title = 'Survey';
  frame.src = page.base + '/h/' + page.live.site + '/' + survey.id + '?' + query;
  // Set by script, property by property: no style-src is needed.
  frame.style.cssText = CORNER + (matchMedia('(max-width:480px)').matches ? SHEET : '');
  page.words(survey.card + '?').then(
    (said) => (frame.title = said.split('\x1f')[QUESTION] || frame.title),
    () => {},
  );
  const close = () => {
    removeEventListener('message', hear);
    frame.remove();
    page.frame = undefined;
  };
  const hear = ({ origin, source, data }) => {
    if (origin !== page.base || source !== frame.contentWindow || !data) return;
    if (data.sondeo === 'close') close();
    if (data.sondeo === 'height' && data.height > 0) frame.style.height = Math.min(data.height, 900) + 'px';
  };
  addEventListener('message', hear);
  const place = () => document.body.append(frame);
  document.body ? place() : addEventListener('DOMContentLoaded', place);
};
