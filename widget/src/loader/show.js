// What a page with a card needs beside the core; it travels with the card.
import * as glue from './card.js';

const quietly = (work) => {
  try {
    return work();
  } catch {}
};

/** Starts the Wasm; returns what shows a survey: nothing when shown, else a reason. */
export const start = (module, page) => {
  glue.initSync({ module });
  page.close = () => quietly(glue.close);
  return show;
};

const show = (page, survey, said, key, data, asked) => {
  const { text } = page;
  const id = text(data && data.order_id);
  const order = id && { id, value: text(data.value), currency: data.currency && text(data.currency).toUpperCase() };
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
      const { id, score, comment, reasons } = detail ? JSON.parse(detail) : {};
      page.tell(event, detail ? { survey, id, score, comment, reasons } : { survey });
    },
  });
  if (page.parts.fill) said = page.parts.fill(page, said, data);
  return glue.open(page, survey, said, key, order, asked && asked.nodeType ? asked : undefined, !!asked);
};

const known = ({ traits }) => Object.keys(traits).filter((name) => name && traits[name] !== undefined).map((name) => [name, traits[name]]);
