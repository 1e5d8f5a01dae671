// Consent platforms: the IAB TCF and Google Consent Mode, as far as the site's sources have them. `parts/platform.js` imports
// this when consent is first asked for.
import layer from '../parts/layer.js';

export default (page) => {
  const { live, said = 'unknown', source, at } = page;
  delete page.status;
  page.status = undefined; // known below
  let says;
  // Where only platforms are believed, what the page says is not kept.
  if (live.deaf) {
    const kept = { status: undefined, source: 'none', at: undefined };
    for (const name of Object.keys(kept))
      Object.defineProperty(page, name, { get: () => kept[name], set: (value) => says && (kept[name] = value) });
  }
  const say = (status, source, tc, at) => {
    page.tc = tc;
    says = true;
    page.run('consent', status, source);
    if (at !== undefined) page.at = at;
    says = false;
  };

  let known = {}; // what each platform knows already
  const hear = (...word) => (known ? (known[word[1]] = word) : say(...word));
  if (live.tcf) tcf(page, hear);
  const isCut = live.gcm && gcm(page, hear);
  const words = Object.values(known);
  known = undefined;
  if (at && !live.deaf) words.push([said, source, undefined, at]);
  // Nobody can tell which of these was said last: a refusal counts before all else, and a platform before the page.
  const word = ['denied', 'granted', 'unknown'].map((status) => words.find(([one]) => one === status)).find(Boolean);
  if (word) say(...word);
  else if (!isCut) say('unknown', 'none', undefined, null);
  return true; // it listens
};

// IAB TCF 2.2. The platform may come later than this file, and with no stub in its place: asked for again after 0.1, 0.2,
// 0.4, … 51 seconds. In a frame it may be that of a page around it.
const tcf = (page, hear) => {
  const { purposes, vendor } = page.live.tcf;
  const heard = (said, isGood) => {
    try {
      // `tcloaded` or `useractioncomplete`.
      if (!isGood || !/^(tc|us)/.test(said.eventStatus)) return;
      // Where the GDPR does not apply, nobody has asked the visitor: that is no word against another's.
      if (said.gdprApplies === false) return /none|tcf/.test(page.source) && hear('unknown', 'tcf');
      const agreed = purposes.every((number) => said.purpose.consents[number] === true) && (!vendor || said.vendor.consents[vendor] === true);
      hear(agreed ? 'granted' : 'denied', 'tcf', said.tcString);
    } catch {}
  };
  const ask = (wait) => {
    try {
      return __tcfapi('addEventListener', 2, heard);
    } catch {}
    // Where the page around is of another origin, a frame that is not there throws.
    for (let around = self; around != top; )
      try {
        if ((around = around.parent).__tcfapiLocator) return askAround(around, heard);
      } catch {}
    wait < 6e4 && setTimeout(ask, wait, 2 * wait);
  };
  ask(100);
};

// A platform of a page around this one has a frame of a name that is known, and answers messages (IAB CMP API v2, "How can
// vendors that use iframes call the CMP API").
const askAround = (around, heard) => {
  const callId = 'sondeo' + Math.random();
  addEventListener('message', ({ source, data }) => {
    if (source !== around) return;
    try {
      // Some platforms answer in text.
      const { __tcfapiReturn: said } = data.trim ? JSON.parse(data) : data;
      if (said.callId === callId) heard(said.returnValue, said.success);
    } catch {}
  });
  // The platform's origin is not known, and what is asked is no secret.
  around.postMessage({ __tcfapiCall: { command: 'addEventListener', version: 2, parameter: undefined, callId } }, '*');
};

// Google Consent Mode: `gtag('consent', 'default' or 'update', {analytics_storage})`. Defaults may be for regions, and nobody
// here knows the visitor's: a denial among them stands, a grant for a region is none. An update overrules them all.
// Tag Manager drops all but the last 300 entries of the layer: an update that was dropped leaves only a later one to be
// believed. Returns whether it may have been, and no later one is there.
const gcm = (page, hear) => {
  let last = window.dataLayer?.length >= 300 && 'dropped';
  layer(page, ([kind, how, said]) => {
    if (kind !== 'consent') return;
    const { analytics_storage: word, region } = said;
    if (!/^(granted|denied)$/.test(word)) return;
    if (how === 'default' ? last || (word === 'granted' && region) : how !== 'update') return;
    if (how === 'update' || word === 'denied') last = word;
    hear(word, 'gcm');
  });
  return last === 'dropped';
};
