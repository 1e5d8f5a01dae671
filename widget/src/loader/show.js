// What a page with a card needs beside the core; it travels with the card.
import * as glue from './card.js';
import { count, countDismissal } from './count.js';

const CLOSE = 'x'; // `view::press::CLOSE`

const quietly = (work) => {
  try {
    return work();
  } catch {}
};

/** Starts the Wasm; returns what shows a survey: nothing when shown, else a reason. */
export const start = (module, page) => {
  if (page.watch) return show; // it runs already
  glue.initSync({ module });
  // Who answers is asked for with the score: `identify` may come after the card.
  Object.defineProperties(page, {
    who: { get: () => page.text(page.user?.user ?? page.user) },
    proof: { get: () => page.text(page.user?.proof) },
  });
  page.close = () => quietly(glue.close);
  // Presses in a card. What is not a button is the card itself, or the area around a dialog.
  const before = new WeakMap(); // what had the focus before each card
  page.watch = (root, host) => {
    before.set(host, document.activeElement);
    root.addEventListener('focusin', ({ relatedTarget }) => {
      if (relatedTarget && !root.contains(relatedTarget)) before.set(host, relatedTarget);
    });
    // A press that began inside the card, as a selection of text does, closes nothing where it ends.
    let begun;
    root.addEventListener('mousedown', ({ target }) => (begun = target));
    root.addEventListener('click', ({ target }) => {
      const button = target.closest('button');
      if (button || (target.localName === 'dialog' && (!begun || begun === target)))
        quietly(() => glue.press(host, button ? button.value : CLOSE));
    });
    // The browser's own way to close a dialog: Escape, or the gesture of a phone.
    root.addEventListener('cancel', () => quietly(() => glue.press(host, CLOSE)), true);
  };
  // Afterwards: a tab is there again by then, and the page no longer waits for a dialog.
  page.back = (host) => queueMicrotask(() => quietly(() => before.get(host).focus({ preventScroll: true })));
  page.later = (milliseconds, host) => setTimeout(() => quietly(() => glue.tick(host)), milliseconds);
  // Keys are taken at the window, on their way down: what is typed in a card reaches no shortcut of the page. A key
  // whose press was taken is released here too, even where the press took the card away; so these stay.
  let taken;
  for (const kind of ['keydown', 'keyup', 'keypress'])
    addEventListener(
      kind,
      (event) => {
        const isPress = kind === 'keydown';
        // An input method's own keys are not the card's to act on; a held key presses once.
        const acts = isPress && event.key && event.keyCode !== 229 && !event.isComposing;
        const isOurs = quietly(() => glue.key(event, !!acts));
        if (isOurs && event.repeat && event.key === 'Enter') event.preventDefault();
        if (isPress) taken = isOurs;
        if (isOurs || taken) event.stopImmediatePropagation();
      },
      true,
    );
  // A script that holds up the page may leave it without a body for a while.
  const ready = document.body ? show : new Promise((done) => addEventListener('DOMContentLoaded', () => done(show)));
  return page.live.turnstile ? page.file('challenge').then(() => ready) : ready;
};

const show = (page, survey, said, key, data, asked) => {
  const { text } = page;
  const id = text(data && data.order_id);
  const order = id && { id, value: text(data.value), currency: text(data.currency)?.toUpperCase(), proof: text(data.proof) };
  // What the card reads of the page, as it is now: single-page applications change all of it.
  Object.assign(page, {
    gpc: navigator.globalPrivacyControl === true,
    dnt: navigator.doNotTrack === '1',
    touch: quietly(() => matchMedia('(pointer:coarse)').matches),
    undeclared: quietly(() => getComputedStyle(document.documentElement).colorScheme === 'normal'),
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
  const place = asked && asked.nodeType ? asked : undefined;
  const silence = glue.open(page, survey, said, key, order, place, !!asked);
  if (!silence) count(page, survey, 'shown', ...(asked && !place ? ['opened'] : []));
  return silence;
};

const known = ({ traits }) => Object.keys(traits).filter((name) => name && traits[name] !== undefined).map((name) => [name, traits[name]]);
