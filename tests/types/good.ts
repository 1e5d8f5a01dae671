// What a page may write. The compiler must take all of it.
/// <reference path="../../widget/sondeo.d.ts" />

window.sondeo = window.sondeo || function () { (window.sondeo.q = window.sondeo.q || []).push(arguments); };

sondeo('consent', 'granted');
sondeo('consent', 'denied', 'tcf');
sondeo('event', 'purchase', { order_id: 1042, value: '59.90', currency: 'EUR', plan: 'pro', items: [1] });
sondeo('event', 'article_done');
sondeo('show', 'post-purchase', { order_id: '1042' });
sondeo('identify', 'u-17', { plan: 'pro', seats: 5, staff: false, coupon: null });
sondeo('identify', { user: 17, proof: '6c08' }, { plan: 'pro' });
sondeo('identify', null);
sondeo('attributes', { plan: undefined });
window.sondeo('locale', 'es-MX');
sondeo('locale');
sondeo('close');
sondeo('reset');
sondeo('forget');
sondeo('debug');

sondeo('on', 'shown', ({ survey }) => survey.trim());
const answered = (detail: Sondeo.AnswerEvent) => { const score: number = detail.score; return [score, detail.reasons?.length]; };
sondeo('on', 'answered', answered);
sondeo('on', 'completed', ({ comment, id }) => `${comment ?? ''}${id.length}`);
sondeo('on', 'error', (detail) => {
  if (detail.error === 'refused') detail.status.toFixed();
  else detail.error satisfies 'blocked' | 'network';
});
sondeo('off', 'answered', answered);
sondeo('off', 'shown');
