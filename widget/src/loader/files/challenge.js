// Cloudflare Turnstile, on sites that have it: each card begins a challenge, and the token goes with the answer's first
// revision. The widget draws nothing in a shadow root, so it stands in an element of the page that a slot shows in the
// card; there it can be used over a dialog, too. It is seen only where it wants something of the visitor. Whatever fails
// here, the answer is sent, and the collector decides what it is without a token.
const PATIENCE = 8e3; // how long an answer waits for a token
const MORE = 112e3; // and how much longer where the visitor has to do something
const ABOVE_LEAVING = 1e3; // a card's thanks stand longer than this, its leaving takes less

const quietly = (work) => {
  try {
    return work();
  } catch {}
};

export default (page) => {
  const { sitekey, script } = page.live.turnstile;
  const { watch, send, later } = page;
  const begun = []; // challenges that no answer has taken
  const taken = {}; // by the answer's id
  let loading;

  const load = () =>
    (loading ||= new Promise((done, fail) => {
      if (window.turnstile) return done();
      document.head.append(Object.assign(document.createElement('script'), { src: script, async: true, onload: done, onerror: fail }));
    }));

  const begin = (root, host) => {
    const place = document.createElement('div');
    // The page's own rules for a `div` are not meant for this one.
    place.style.cssText = 'all:initial;display:block';
    root.querySelector('section').append(document.createElement('slot'));
    host.append(place);
    const challenge = { host };
    challenge.over = new Promise((done) => {
      challenge.settle = (token) => {
        challenge.token = token;
        challenge.asks = false;
        challenge.isOver = true;
        done();
      };
    });
    begun.push(challenge);
    const none = () => (challenge.settle(), true); // `true`: it is taken care of, and not for the console
    load()
      .then(() => {
        challenge.widget = window.turnstile.render(place, {
          sitekey,
          appearance: 'interaction-only',
          size: 'flexible',
          language: host.lang || 'auto',
          'response-field': false,
          callback: challenge.settle,
          'before-interactive-callback': () => (challenge.asks = true),
          'after-interactive-callback': () => (challenge.asks = false),
          'error-callback': none,
          'unsupported-callback': none,
        });
      })
      .catch(none);
  };

  // One that is over already, or else the oldest. A token is good for one answer.
  const take = () => {
    const at = Math.max(0, begun.findIndex(({ token }) => token));
    return begun.splice(at, 1)[0] || { isOver: true };
  };

  page.watch = (root, host) => {
    watch(root, host);
    quietly(() => begin(root, host));
  };

  // Thanks do not leave with a challenge that the visitor has yet to do.
  page.later = (milliseconds, host) => {
    const asks = Object.values(taken).some((challenge) => challenge.host === host && challenge.asks);
    if (asks && milliseconds > ABOVE_LEAVING) setTimeout(() => page.later(milliseconds, host), ABOVE_LEAVING);
    else later(milliseconds, host);
  };

  page.send = (id, survey, body) => {
    if (!survey) return send(id, survey, body); // what is to be forgotten
    const challenge = (taken[id] ||= take());
    const go = () => {
      const { token } = challenge;
      // Under the answer's id, the service takes a token again.
      send(id, survey, token ? '{"challenge":' + JSON.stringify(token) + ',' + challenge.body.slice(1) : challenge.body);
    };
    challenge.body = body;
    if (challenge.isOver) return go();
    // An entry of the outbox as the core makes it, only that it is not sent yet: if the page is left now, it goes as it is.
    const key = 'out:' + id;
    page.set(key, [Date.now(), survey, body].join('\n'));
    if (challenge.waits) return;
    challenge.waits = 1;
    const late = () => (challenge.asks ? setTimeout(challenge.settle, MORE) : challenge.settle());
    setTimeout(late, PATIENCE);
    // What the visitor had forgotten meanwhile is not sent.
    challenge.over.then(() => page.get(key) && go());
  };
};
