// The loader: arms triggers, keeps the outbox, and loads nothing else until a survey is to be shown. A classic script,
// so that one tag works everywhere. Where it decides, it compares values that the collector computed; the rules are in
// `survey`. No exception leaves it: everything runs `quietly`.
((quietly) => quietly(() => {
  if (!document.currentScript) return; // a module or an inlined copy does not know where it came from
  const live = __SONDEO_CONFIG__;
  const queue = window.sondeo && window.sondeo.q;
  if (window.sondeo && !queue && window.sondeo.on) return; // a second copy of the tag does nothing
  const { src, dataset: data } = document.currentScript;
  const base = new URL(src).origin;
  const prefix = 'sondeo:' + live.site + ':';
  const memory = {}; // stands in where storage is denied
  const parked = [];
  const listeners = {};
  let loading;
  let warned = 0;
  let known;

  // What the widget knows of the page. Every member is safe to use.
  const page = {
    status: 'unknown',
    source: 'none',
    gpc: navigator.globalPrivacyControl === true,
    dnt: navigator.doNotTrack === '1',
    // Getters are read when a survey opens: single-page applications change all of these.
    get touch() {
      return quietly(() => matchMedia('(pointer:coarse)').matches);
    },
    get languages() {
      return quietly(() => [document.documentElement.lang, ...navigator.languages].join());
    },
    get undeclared() {
      return quietly(() => getComputedStyle(document.documentElement).colorScheme === 'normal');
    },
    get path() {
      return quietly(() => location.pathname.slice(0, 300)); // `survey::limits::PATH`
    },
    get referrer() {
      return quietly(() => document.referrer.split('/')[2]);
    },
    get: (key) => quietly(() => localStorage.getItem(prefix + key)) ?? memory[key],
    set(key, value) {
      memory[key] = value;
      quietly(() => (value == null ? localStorage.removeItem(prefix + key) : localStorage.setItem(prefix + key, value)));
    },
    emit(event, survey, answer) {
      const { id, score, comment, reasons } = answer ? JSON.parse(answer) : {};
      for (const call of listeners[event] || []) quietly(() => call({ survey, id, score, comment, reasons }));
    },
    // Each answer has a key of its own, so that two tabs never overwrite each other's list; a later revision takes the
    // place of an earlier one.
    send(id, survey, body) {
      page.set('out:' + id, [Date.now(), survey, body].join('\n'));
      post('out:' + id, 0);
    },
  };

  // The outbox: an answer is stored first, then sent, and forgotten only after the collector's last word. A repeat is
  // harmless there, so nothing here has to know whether a lost request arrived.
  const unsent = () =>
    [...new Set([...(quietly(() => Object.keys(localStorage)) || []), ...Object.keys(memory).map((key) => prefix + key)])]
      .filter((key) => key.startsWith(prefix + 'out:'))
      .map((key) => key.slice(prefix.length));

  const read = (key) => {
    const entry = page.get(key);
    const [at, survey, body] = entry ? entry.split('\n') : [];
    // What could not be sent for a week is given up.
    if (Date.now() - at < 6048e5) return { entry, body, url: base + '/v1/sites/' + live.site + '/surveys/' + survey + '/responses' };
    page.set(key);
  };

  const post = (key, tries) => {
    const found = read(key);
    if (!found) return;
    // After 1, 2, 4, … 60 seconds, each stretched or shortened by half, so that the visitors of a collector that was
    // down do not come back all at once. After seven minutes it is the next page's turn.
    const again = () => tries < 12 && setTimeout(() => post(key, tries + 1), Math.min(2 ** tries, 60) * (500 + 1000 * Math.random()));
    // A text body is `text/plain`: no preflight. `keepalive` lets the request outlive the page.
    const sent = quietly(() => fetch(found.url, { method: 'POST', body: found.body, keepalive: true, credentials: 'omit' }));
    if (!sent) return again();
    sent.then(({ status }) => {
      // Busy, broken or too early: the collector has not decided. All else is its last word.
      if (status > 499 || status === 408 || status === 429) again();
      else if (page.get(key) === found.entry) page.set(key);
    }, again);
  };

  const load = () =>
    (loading ||= Promise.all([
      import(base + live.assets + 'card.js'),
      WebAssembly.compileStreaming(fetch(base + live.assets + 'card.wasm')),
    ]).then(([card, module]) => (card.initSync({ module }), card)));

  // The card's text, in the visitor's language; fetched beside the Wasm.
  const words = (survey) =>
    fetch(base + survey.card + '?l=' + encodeURIComponent(page.languages)).then((reply) => (reply.ok ? reply.text() : Promise.reject()));

  const fire = (survey, data) => {
    if (!live.ask.includes(page.status)) return void parked.push([survey, data]);
    // Four places, the most that a currency has, so that 0.1 + 0.2 is 0.3.
    const text = (value) => (value == null ? undefined : '' + (typeof value === 'number' ? +value.toFixed(4) : value));
    const order = data && text(data.order_id);
    const key = survey.id + (survey.order ? ':' + order : '');
    if (['wait:' + key, 'rest:' + key].some((kept) => Date.now() < page.get(kept) * 1000)) return; // stored in seconds
    Promise.all([load(), words(survey)])
      .then(([card, said]) => card.open(page, survey.id, said, key, order && { id: order, value: text(data.value), currency: data.currency && text(data.currency).toUpperCase() }))
      .catch((error) => {
        // A refused compilation stays refused; a lost connection may come back.
        if (!(error instanceof WebAssembly.CompileError)) loading = 0;
        else if (!warned++)
          console.warn("Sondeo: this page's Content-Security-Policy forbids WebAssembly, so no survey is shown. Add 'wasm-unsafe-eval' to script-src.");
      });
  };

  // A GA4 purchase starts the survey by itself: `gtag('event', 'purchase', {…})`, which pushes its arguments, or Tag
  // Manager's `{event: 'purchase', ecommerce: {…}}`. What was pushed before is read; of what comes, the page's own
  // `push` is called first and answers. Only a layer that a page has, and only where a survey waits for it.
  const heard = (entry) => {
    const { transaction_id: order_id, value, currency } =
      entry[0] === 'event' && entry[1] === 'purchase' ? entry[2] : entry.event === 'purchase' && entry.ecommerce;
    if (order_id != null) commands.event('purchase', { order_id, value, currency });
  };
  const listen = () => {
    const layer = window.dataLayer;
    if (!layer || layer === known || !live.surveys.some(({ triggers }) => triggers.some(({ name }) => name === 'purchase'))) return;
    known = layer;
    const push = layer.push;
    layer.push = function (...entries) {
      const result = push.apply(this, entries);
      for (const entry of entries) quietly(() => heard(entry));
      return result;
    };
    for (const entry of layer) quietly(() => heard(entry));
  };

  const commands = {
    event(name, data) {
      for (const survey of live.surveys)
        if (survey.triggers.some((trigger) => trigger.on === 'event' && trigger.name === name)) fire(survey, data);
    },
    consent(status, source) {
      page.status = status;
      page.source = source || 'site';
      page.at = new Date().toISOString();
      if (live.ask.includes(status)) for (const call of parked.splice(0)) fire(...call);
      quietly(listen); // analytics often begin with consent
    },
    identify(user) {
      page.user = user == null ? undefined : '' + user;
    },
    on(event, call) {
      (listeners[event] ||= []).push(call);
    },
  };

  const run = (name, ...values) => quietly(() => commands[name](...values));
  window.sondeo = run;
  run.on = 1;
  for (const call of queue || []) run(...call);

  // What the tag itself says.
  if (data.consent) run('consent', data.consent);
  if (data.user) run('identify', data.user);
  if (data.orderId) run('event', 'purchase', { order_id: data.orderId, value: data.value, currency: data.currency });

  for (const survey of live.surveys)
    for (const { on, seconds } of survey.triggers)
      if (on === 'delay') seconds ? setTimeout(() => quietly(() => fire(survey)), seconds * 1000) : quietly(() => fire(survey));

  quietly(listen);
  addEventListener('DOMContentLoaded', () => quietly(listen));
  addEventListener('load', () => quietly(listen));

  // What an earlier page could not send; and the last chance of what this one could not.
  unsent().forEach((key) => post(key, 0));
  addEventListener('pagehide', () => {
    for (const found of unsent().map(read)) found && quietly(() => navigator.sendBeacon(found.url, found.body));
  });
}))((work) => {
  try {
    return work();
  } catch {}
});
