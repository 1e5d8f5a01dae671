// Cards in the page. What is in them is a text of `survey/src/card/view.rs`, which is made so here. It stands in a shadow
// root, where the page's style sheets and scripts do not reach it by accident.
import css from './card.css';

/** The cards there are, by their hosts: the only element of each that the page sees. */
export const cards = new Map();

/** Whether a card lies over the page. */
export const isBusy = () => [...cards].some(([host, { place }]) => !place && host.isConnected);

/** Makes a card that is not on the page yet: around it `frame`, in it nothing. `place` is the element of the page where it stands. */
export const build = (lang, dir, rules, frame, more, place) => {
  const host = document.createElement('div');
  const root = host.attachShadow({ mode: 'open' });
  // A constructed sheet needs no `style-src` of the page, and neither does `cssText`.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css + rules);
  root.adoptedStyleSheets = [sheet];
  host.lang = lang;
  host.dir = dir;
  draw(root, frame, [], []);
  const section = root.querySelector('section');
  section.style.cssText += more;
  cards.set(host, { root, section, place, elements: [], drawn: [], since: Date.now() });
  return host;
};

/** Draws what differs from what was `drawn`. An element that is there already keeps its name and its place. */
const draw = (parent, view, elements, drawn) => {
  const parents = [parent];
  view.split('\x1e').forEach((line, at) => {
    const [depth, text, tag, ...attributes] = line.split('\x1f');
    const isThere = elements[at];
    // The only two that are not HTML.
    const element = (elements[at] ||= document.createElementNS('http://www.w3.org/' + (/^(svg|path)$/.test(tag) ? '2000/svg' : '1999/xhtml'), tag));
    if (line !== drawn[at]) {
      // Within what has children, nothing is ever said.
      if (text !== (drawn[at] || '\x1f').split('\x1f')[1]) element.textContent = text;
      for (let n = 0; n < attributes.length; n += 2) {
        const [name, value] = attributes.slice(n);
        if (name === 'style') element.style.cssText = value;
        else element.setAttribute(name, value);
        // A class is a part, too, for pages that style the card.
        if (name === 'class') element.setAttribute('part', value);
      }
      drawn[at] = line;
    }
    parents[+depth + 1] = element;
    if (!isThere) parents[depth].appendChild(element);
  });
};

// Not by `remove`, which old libraries replace.
const takeAway = (element) => element.parentNode && element.parentNode.removeChild(element);

/** What a page does for the card in `host`; `page::Page` of the widget says what each is. */
export const stage = {
  draw(host, view, isOtherStep) {
    const { section, elements, drawn } = cards.get(host);
    if (isOtherStep) {
      // The next step grows out of this one's height.
      const step = section.querySelector('.step');
      if (step) section.style.setProperty('--from', step.offsetHeight);
      elements.splice(1).map(takeAway);
      drawn.splice(1);
    }
    draw(section, view, elements, drawn);
  },
  put(host) {
    const { root, place } = cards.get(host);
    if (host.isConnected) return;
    this.watch(root, host);
    (place || document.body).appendChild(host);
    const dialog = root.querySelector('dialog');
    if (dialog) dialog.showModal();
  },
  off(host) {
    takeAway(host);
    cards.delete(host);
  },
  // The page may have taken a card away with what it lay in. It is forgotten here and by who asks in the same moment.
  has: (host) => host.isConnected || (cards.delete(host), false),
  written: (host) => cards.get(host).root.querySelector('textarea')?.value,
  inside: (host) => !!cards.get(host).root.activeElement,
  // After a tap, touch screens leave the pointer where it was.
  uses(host) {
    return this.inside(host) || (!this.touch && cards.get(host).section.matches(':hover'));
  },
  focus(host, selector) {
    const element = cards.get(host).root.querySelector(selector);
    if (element) element.focus({ preventScroll: true });
  },
  fade(host) {
    cards.get(host).section.classList.add('out');
  },
  random(bytes) {
    crypto.getRandomValues(bytes);
  },
};

/** Shows at once which cell was pressed, before anybody can say what that means. */
export const mark = (button) => button && button.getAttribute('role') === 'radio' && button.setAttribute('aria-checked', 'true');
