// The loader: arms triggers and loads nothing else until one fires. Classic script, so that one tag works everywhere.
// What it decides, it decides by comparing values that the collector computed; the rules are in `survey`.
(() => {
  if (!document.currentScript) return; // a module or an inlined copy does not know where it came from
  const live = __SONDEO_CONFIG__;
  const queue = window.sondeo && window.sondeo.q;
  if (window.sondeo && !queue && window.sondeo.on) return; // a second copy of the tag does nothing
  const base = new URL(document.currentScript.src).origin;
  const prefix = 'sondeo:' + live.site + ':';
  const memory = {}; // stands in where storage is denied
  let parked = [];
  let loading;

  const quietly = (work) => {
    try {
      return work();
    } catch {}
  };

  // What the widget knows of the page. Every member is safe to call.
  const page = {
    live,
    base,
    status: 'unknown',
    source: 'none',
    gpc: navigator.globalPrivacyControl === true,
    dnt: navigator.doNotTrack === '1',
    touch: matchMedia('(pointer:coarse)').matches,
    // A getter is read when a survey opens: single-page applications change all of these.
    get languages() {
      return [document.documentElement.lang, ...navigator.languages];
    },
    get undeclared() {
      return getComputedStyle(document.documentElement).colorScheme === 'normal';
    },
    get path() {
      return location.pathname.slice(0, 300); // the limit is in `survey::limits`
    },
    get referrer() {
      return document.referrer.split('/')[2];
    },
    get: (key) => quietly(() => localStorage.getItem(prefix + key)) ?? memory[key] ?? null,
    set(key, value) {
      if (value == null) delete memory[key];
      else memory[key] = value;
      quietly(() => (value == null ? localStorage.removeItem(prefix + key) : localStorage.setItem(prefix + key, value)));
    },
    keys() {
      const stored = quietly(() => Object.keys(localStorage)) || [];
      const own = stored.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
      return [...new Set([...own, ...Object.keys(memory)])];
    },
  };

  const load = () =>
    (loading ||= Promise.all([
      import(base + live.assets + 'card.js'),
      WebAssembly.compileStreaming(fetch(base + live.assets + 'card.wasm')),
    ]).then(([card, module]) => (card.initSync({ module }), card)));

  const use = (work) =>
    load()
      .then(work)
      .catch((error) => {
        // A refused compilation stays refused; a lost connection may come back.
        if (error instanceof WebAssembly.CompileError)
          console.warn("Sondeo: this page's Content-Security-Policy does not allow WebAssembly, so no survey is shown. Add 'wasm-unsafe-eval' to script-src.");
        else loading = null;
      });

  const fire = (survey, data) => {
    if (!live.ask.includes(page.status)) return void parked.push([survey, data]);
    const perOrder = survey.frequency.window === 'order';
    const order = data && data.order_id != null ? String(data.order_id) : null;
    const key = 'wait:' + survey.id + (perOrder ? ':' + order : '');
    if (Date.now() < +page.get(key)) return;
    const text = (value) => (value == null ? undefined : String(value));
    use((card) => card.open(page, survey, key, order ? { id: order, value: text(data.value), currency: text(data.currency) } : undefined));
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
      if (live.ask.includes(status)) parked.splice(0).forEach((call) => fire(...call));
    },
    identify(user) {
      page.user = user == null ? undefined : String(user);
    },
  };

  const run = (name, ...values) => quietly(() => commands[name](...values));
  window.sondeo = run;
  run.on = 1;
  if (queue) for (const call of queue) run(...call);

  for (const survey of live.surveys)
    for (const trigger of survey.triggers)
      if (trigger.on === 'delay') setTimeout(() => quietly(() => fire(survey)), trigger.seconds * 1000);

  // What could not be sent on an earlier page.
  if (page.keys().some((key) => key.startsWith('out:'))) use((card) => card.flush(page));
})();
