// What a page may not write. The compiler must refuse each line that is marked.
/// <reference path="../../widget/sondeo.d.ts" />

// @ts-expect-error no such command
sondeo('open', 'post-purchase');
// @ts-expect-error no such status
sondeo('consent', 'yes');
// @ts-expect-error no such source
sondeo('consent', 'granted', 'cmp');
// @ts-expect-error a survey is named
sondeo('show');
// @ts-expect-error an amount is no list
sondeo('event', 'purchase', { value: [59.9] });
// @ts-expect-error attributes are plain values
sondeo('attributes', { plan: { name: 'pro' } });
// @ts-expect-error a user is text or a number
sondeo('identify', { id: 1 });
// @ts-expect-error no such event
sondeo('on', 'opened', () => {});
// @ts-expect-error what is shown has no score yet
sondeo('on', 'shown', ({ score }) => score);
// @ts-expect-error only a refusal has a status
sondeo('on', 'error', ({ status }) => status.toFixed());
// @ts-expect-error a callback is a function
sondeo('on', 'answered', 'log');
// @ts-expect-error nothing is returned
const shown: boolean = sondeo('show', 'post-purchase');
