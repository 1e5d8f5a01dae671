// The loader's core: arms triggers, keeps the outbox, and loads nothing else until a survey is to be shown. A classic
// script, so that one tag works everywhere. What only some sites need lies in `parts`: the collector puts in what the
// live surveys need. What a page with a card needs lies in `show.js`, and what is rare in `files`. Where the loader
// decides, it compares values that the collector computed; the rules are in `survey`. No exception leaves it:
// everything runs `quietly`. It is a block and not a function, which a browser would parse twice. Code comes by `__SONDEO_IMPORT__` and `__SONDEO_FETCH__`: the browser's own `import` and
// `fetch`, or in the pinned form those of `parts/pinned.js`.
try {
  const { q: queue, on } = window.sondeo || {};
  if (on) throw on; // a second copy of the tag does nothing
  // Throws in a module or an inlined copy, which does not know where it came from.
  const { src, dataset: tag } = document.currentScript;
  const live = __SONDEO_CONFIG__;
  const parts = __SONDEO_PARTS__;
  const quietly = (work) => {
    try {
      return work();
    } catch {}
  };
  const [base] = src.split('/s/');
  const prefix = 'sondeo:' + live.site + ':';
  const memory = {}; // stands in where storage is denied
  const parked = []; // what waits for consent
  const armed = []; // what disarms this page's triggers
  const listeners = {};
  let loading;
  let language;

  // What the card, the parts and the files know of the page. Every member is safe to use.
  const page = {
    base,
    live,
    parts,
    prefix,
    tag,
    log: [], // why surveys did or did not show; `debug` reads it
    looks: [], // what is done again when the page is ready, is another, or consent is said; quietly, by the core
    nth: 0, // which of this load's pages it is
    close() {}, // takes cards away; whoever shows one puts its own here
    get languages() {
      return language || quietly(() => [document.documentElement.lang, ...navigator.languages].join());
    },
    get: (key) => quietly(() => localStorage[prefix + key]) ?? memory[prefix + key],
    set(key, value) {
      key = prefix + key;
      memory[key] = value;
      // Removed first: where there is no room for the new value, the old one must not come back.
      quietly(() => {
        delete localStorage[key];
        if (value != null) localStorage[key] = value;
      });
    },
    // Text as it is sent and compared: four places, the most that a currency has, so that 0.1 + 0.2 is 0.3. Without
    // control characters: U+001F separates fields.
    text: (value, most) =>
      /^([bn]|st)/.test(typeof value) ? ('' + (value.toFixed ? +value.toFixed(4) : value)).replace(/[\0-\x1f\x7f]/g, '').slice(0, most) : undefined,
    tell(event, detail) {
      for (const call of listeners[event] || []) quietly(() => call(detail));
    },
    // Each answer has a key of its own, so that two tabs never overwrite each other's list; a later revision takes the
    // place of an earlier one.
    send(id, survey, body) {
      page.set('out:' + id, [Date.now(), survey, body].join('\n'));
      post('out:' + id, 0);
    },
    run: (name, ...values) => quietly(() => commands[name](...values)),
    why: (survey, ...reason) => page.log.length < 99 && page.log.push([survey.id, ...reason]),
    file: (name, survey, ...values) =>
      __SONDEO_IMPORT__(base + live.assets + name + '.js')
        .then((file) => file.default(page, survey, ...values))
        .catch(() => survey && page.tell('error', { survey: survey.id, error: 'network' })),
    // The card's text, in the visitor's language.
    words: (path) => fetch(base + path + 'l=' + encodeURIComponent(page.languages)).then((reply) => (reply.ok ? reply.text() : Promise.reject())),
    wasm: () => __SONDEO_FETCH__(base + live.assets + 'card.wasm'),
    // `async`, so that what a browser lacks or a page forbids is a rejection, too: while the card is under way, this has time to
    // find out, by a module with nothing in it, whether Wasm may run.
    load: async () =>
      (loading ||= Promise.all([
        __SONDEO_IMPORT__(base + live.assets + 'card.js#' + Date.now()), // Firefox never asks again for what failed under one address
        new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)),
      ])
        .then(([card]) => card.start(page))
        .catch((error) => {
          loading = 0;
          throw error;
        })),
  };

  // The outbox: an answer is stored first, then sent, and forgotten only after the collector's last word. A repeat is
  // harmless there, so nothing here has to know whether a lost request arrived.
  const own = (store) => Object.keys({ ...memory, ...quietly(() => window[store]) }).filter((key) => key.startsWith(prefix));
  const unsent = () =>
    own('localStorage')
      .map((key) => key.slice(prefix.length))
      .filter((key) => key.startsWith('out:'));

  const read = (key) => {
    const entry = page.get(key);
    const [at, survey, body] = (entry || '').split('\n');
    // What could not be sent for a week is given up.
    if (Date.now() - at < 6048e5) return { entry, survey, body, url: base + '/v1/sites/' + live.site + (survey ? '/surveys/' + survey + '/responses' : '/forget') };
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
      if (status > 499 || status == 408 || status == 429) return again();
      if (page.get(key) === found.entry) page.set(key);
      if (status > 399) page.tell('error', { survey: found.survey, error: 'refused', status });
    }, again);
  };

  // Of an address, what makes it another page. `document` knows it, too: each object of the browser's costs whoever names it
  // first, and `location` as much as arming four surveys.
  const path = (url) => url.split(/[?#]/)[0];

  // What a trigger waits for has happened, and opens its survey, perhaps a while later. It counts for this page only, and while
  // `holds`.
  const go = ({ of, holds, after, data, asked }) => {
    const survey = live.surveys[of];
    const { nth } = page;
    const here = document.URL;
    const still = () => nth === page.nth && path(here) === path(document.URL) && (!holds || holds());
    const consider = () =>
      quietly(() => {
        if (!still()) return page.why(survey, 'gone');
        if (!(survey.ask || live.ask).includes(page.status)) return parked.push(consider), page.why(survey, 'consent');
        let fact;
        const known = (name) => parts[(fact = name).split(/[_:]/)[0]](page, name, survey);
        if (!asked && survey.rules && !parts.holds(survey.rules, known)) return page.why(survey, 'audience', fact);
        const key = survey.id + (survey.order ? ':' + page.text(data && data.order_id) : '');
        // All in seconds. Who asks for a survey is held up by their own answer only.
        const silent = ['wait:' + key, !asked && 'rest:' + key, !asked && !survey.free && 'clock'].find((key) => Date.now() < page.get(key) * 1000);
        if (silent) return page.why(survey, silent, page.get(silent));
        Promise.all([page.words(survey.card + '?'), page.load()])
          .then(([said, card]) => card(page, survey.id, said, key, data, asked, still))
          .catch((error) => page.file('failed', survey, data, error, asked));
      });
    after ? setTimeout(consider, after * 1000) : consider();
  };

  const arm = () => {
    for (const trigger of live.triggers)
      try {
        armed.push(parts[trigger.on]?.(page, trigger, go));
      } catch {}
  };
  const look = () => page.looks.map(quietly);
  const leave = () => {
    page.user = page.at = undefined;
    page.traits = { __proto__: null };
    page.close();
  };

  const commands = {
    show(name, data) {
      live.surveys.map((survey, of) => survey.id === name && go({ of, asked: 1, data }));
    },
    event(name, data) {
      for (const trigger of live.triggers)
        if (trigger.on === 'event' && trigger.name === name && (!trigger.where || parts.holds(trigger.where, (name) => data && page.text(data[name]))))
          go({ ...trigger, data });
    },
    consent(status, source) {
      page.status = status;
      page.source = source || 'site';
      page.at = new Date().toISOString();
      if (live.ask.includes(status)) parked.splice(0).map(quietly);
      else page.close();
      look(); // analytics often begin with consent
    },
    identify(user, values) {
      page.user = user; // an id, or what has one; `show.js` reads it
      commands.attributes(values);
    },
    attributes(values) {
      for (const name of Object.keys({ ...values })) page.traits[page.text(name, 40)] = page.text(values[name], 200);
    },
    locale(tag) {
      language = page.text(tag);
    },
    close() {
      page.close();
    },
    reset() {
      leave();
      page.status = 'unknown';
      page.source = 'none';
    },
    forget() {
      leave();
      parts.forget(page, own);
    },
    on(event, call) {
      (listeners[event] ||= []).push(call);
    },
    off(event, call) {
      listeners[event] = call && (listeners[event] || []).filter((one) => one != call);
    },
    debug() {
      page.file('debug');
    },
  };

  commands.reset();
  parts.platform?.(page); // before anybody asks for consent
  (window.sondeo = page.run).on = 1;
  for (const call of queue || []) page.run(...call);

  // What the tag itself says.
  if (tag.consent) page.run('consent', tag.consent);
  if (tag.user) page.run('identify', tag);

  const { URL: address } = document;
  if (address.includes('sondeo-preview=')) page.file('preview');
  else arm();
  addEventListener('DOMContentLoaded', look);
  addEventListener('load', look);

  // What takes long, and can wait until the page is there: to hear of its end and of other pages, to look into storage whether to
  // log, and to send what an earlier page could not (what this one sends is on its way).
  setTimeout(() => {
    // The last chance of what this page could not send.
    addEventListener('pagehide', () => {
      for (const found of unsent().map(read)) quietly(() => navigator.sendBeacon(found.url, found.body));
    });
    // Each page has its own triggers: those of the last one are disarmed, what waits for them is over.
    parts.pages?.(address, path, () => {
      page.nth++;
      armed.splice(0).map(quietly);
      arm();
      look();
    });
    if (address.includes('sondeo-debug') || quietly(() => localStorage['sondeo:debug'])) page.file('debug');
    unsent().forEach((key) => parseInt(page.get(key)) < performance.timeOrigin && post(key, 0));
  }, 500);
} catch {}
