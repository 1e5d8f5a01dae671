// What a page with a card needs beside the core; it travels with the card.
import * as glue from './card.js';
import { count, countDismissal } from './count.js';
import { build, cards, isBusy, mark, stage } from './stage.js';

const CLOSE = 'x'; // `view::press::CLOSE`

const quietly = (work) => {
  try {
    return work();
  } catch {}
};

let isRunning; // whether Wasm is
let compiling;

// Has it run. What did not arrive is asked for anew by who comes next.
const run = async (page) => {
  try {
    const module = await (compiling ||= WebAssembly.compileStreaming(page.wasm()));
    if (!isRunning) glue.initSync({ module });
    isRunning = true;
  } catch (error) {
    compiling = 0;
    throw error;
  }
};

/** Prepares the page for cards; returns what shows a survey. */
export const start = (page) => {
  document.adoptedStyleSheets.at(0); // a browser that does not know them throws
  // Who answers is asked for with the score: `identify` may come after the card.
  Object.defineProperties(page, {
    who: { get: () => page.text(page.user?.user ?? page.user) },
    proof: { get: () => page.text(page.user?.proof) },
  });
  Object.assign(page, stage, {
    close() {
      if (isRunning) quietly(glue.close);
      for (const [host, { pressed }] of cards) if (pressed) page.off(host);
    },
    watch,
    later: (milliseconds, host) => setTimeout(() => quietly(() => glue.tick(host)), milliseconds),
    // Afterwards: a tab is there again by then, and the page no longer waits for a dialog.
    back(host, isWanted) {
      cards.get(host)?.section.blur();
      if (isWanted) queueMicrotask(() => quietly(() => before.get(host).focus({ preventScroll: true })));
    },
  });
  // Keys are taken at the window, on their way down: what is typed in a card reaches no shortcut of the page. A key
  // whose press was taken is released here too, even where the press took the card away; so these stay.
  let taken;
  for (const kind of ['keydown', 'keyup', 'keypress'])
    addEventListener(
      kind,
      (event) => {
        const isPress = kind === 'keydown';
        const { target, key, ctrlKey, metaKey, altKey } = event;
        const card = cards.get(target);
        // An input method's own keys are not the card's to act on; a held key presses once.
        if (card && isPress && key && event.keyCode !== 229 && !event.isComposing) {
          const inRadios = quietly(() => card.root.activeElement.getAttribute('role') === 'radio');
          act(target, () => glue.key(target, key, ctrlKey || metaKey, altKey, !!inRadios) && event.preventDefault());
        }
        if (card && event.repeat && key === 'Enter') event.preventDefault();
        if (isPress) taken = card;
        if (card || taken) event.stopImmediatePropagation();
      },
      true,
    );
  // A script that holds up the page may leave it without a body for a while.
  const ready = document.body ? ask : new Promise((done) => addEventListener('DOMContentLoaded', () => done(ask)));
  return page.live.turnstile ? page.file('challenge').then(() => ready) : ready;
};

const before = new WeakMap(); // what had the focus before each card

// Has what was done in a card happen, once Wasm is there for it.
const act = (host, work) => {
  const { pressed } = cards.get(host);
  pressed ? pressed.push(work) : quietly(work);
};

// Listens to what is pressed in a card. What is not a button is the card itself, or the area around a dialog.
const watch = (root, host) => {
  before.set(host, document.activeElement);
  root.addEventListener('focusin', ({ relatedTarget }) => {
    if (relatedTarget && !root.contains(relatedTarget)) before.set(host, relatedTarget);
  });
  // A press that began inside the card, as a selection of text does, closes nothing where it ends.
  let begun;
  root.addEventListener('mousedown', ({ target }) => (begun = target));
  const press = (button) => {
    if (cards.get(host).pressed?.length === 0) mark(button);
    act(host, () => glue.press(host, button ? button.value : CLOSE));
  };
  root.addEventListener('click', ({ target }) => {
    const button = target.closest('button');
    if (button || (target.localName === 'dialog' && (!begun || begun === target))) press(button);
  });
  // The browser's own way to close a dialog: Escape, or the gesture of a phone.
  root.addEventListener('cancel', () => press(), true);
};

/** Shows a survey if it may be shown now, and notes why not; the arguments are those of `show`. */
const ask = async (page, survey, ...more) => page.why({ id: survey }, (await show(page, survey, ...more)) || 'shown');

/** Shows a survey; says in a word why not, if it does not. `still` is whether its time has not passed. */
const show = async (page, survey, said, key, data, asked, still = () => true) => {
  const { text } = page;
  const id = text(data && data.order_id);
  const order = id && { id, value: text(data.value), currency: text(data.currency)?.toUpperCase(), proof: text(data.proof) };
  // What the card reads of the page, as it is now: single-page applications change all of it.
  Object.assign(page, {
    gpc: navigator.globalPrivacyControl === true,
    dnt: navigator.doNotTrack === '1',
    touch: quietly(() => matchMedia('(pointer:coarse)').matches),
    path: quietly(() => location.pathname.slice(0, 300)), // `survey::limits::PATH`
    referrer: quietly(() => document.referrer.split('/')[2]),
    // Name and value in turn; `survey::limits::ATTRIBUTES`.
    attributes: known(page).slice(0, 20).flat().join('\x1f') || undefined,
    emit(event, survey, detail) {
      if (event === 'dismissed') countDismissal(page, survey);
      const { id, score, comment, reasons } = detail ? JSON.parse(detail) : {};
      // Afterwards: what a listener asks for finds the card at rest.
      queueMicrotask(() => {
        page.tell(event, detail ? { survey, id, score, comment, reasons } : { survey });
        for (const look of page.looks) quietly(() => look(event, survey));
      });
    },
  });
  if (page.parts.fill) said = page.parts.fill(page, said, data);
  const [card, rules, frame, ...views] = said.split('\x1d');
  const fields = card.split('\x1f');
  const place = asked && asked.nodeType ? asked : undefined;
  const isInPage = fields[FIELD.Layout] === 'inline';
  if (!still()) return 'gone';
  if (isInPage && !place) return 'no-place';
  if (fields[FIELD.Window] === 'order' && !id) return 'no-order';
  if (!isInPage && isBusy()) return 'busy';
  // A page that declares nothing leaves the choice of light or dark to the system.
  const scheme = quietly(() => getComputedStyle(document.documentElement).colorScheme === 'normal') ? ';color-scheme:light dark' : '';
  const host = build(fields[FIELD.Locale], fields[FIELD.Direction], rules, frame, scheme, isInPage && place);
  const built = cards.get(host);
  const pressed = [];
  if (!isRunning) {
    // The first question is seen and used before Wasm is there. The loader has looked at consent and at the times of silence;
    // where the rules know better, the card is taken away again.
    built.pressed = pressed;
    page.draw(host, views[fields[FIELD.Agree] && page.status === 'unknown' ? 1 : 0]);
    page.put(host);
    // Wasm's request and its compiling would take the first frame's place on the main thread. A tab that nobody sees has no frames,
    // and shows nothing.
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    built.since = Date.now();
    await arrived(page, host, pressed);
    if (!cards.has(host)) return 'closed';
  }
  const silence = glue.open(page, host, survey, card, key, order, !!asked, built.since);
  built.pressed = 0;
  if (silence) return page.off(host), silence;
  count(page, survey, 'shown', ...(asked && !place ? ['opened'] : []));
  pressed.map(quietly);
};

// Wasm is there for a card that is seen. What was pressed there is not given up for a network that stumbles: it is asked for again
// after 1, 2, 4, … 60 seconds.
const arrived = async (page, host, pressed) => {
  for (let tries = 0; ; tries++)
    try {
      return await run(page);
    } catch (error) {
      if (!cards.has(host)) return;
      if (!pressed.length) throw (page.off(host), error);
      await new Promise((done) => setTimeout(done, Math.min(2 ** tries, 60) * 1000));
    }
};

const known = ({ traits }) => Object.keys(traits).filter((name) => name && traits[name] !== undefined).map((name) => [name, traits[name]]);
