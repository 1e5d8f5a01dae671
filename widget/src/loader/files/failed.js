// A card could not be loaded. A refused compilation is the page's or the browser's word; a lost connection may come back.
export default async (page, survey, data, error, asked) => {
  const { WebAssembly } = window;
  const blocked = !WebAssembly || !document.adoptedStyleSheets || error instanceof WebAssembly.CompileError;
  page.why(survey, blocked ? 'blocked' : 'network');
  page.tell('error', { survey: survey.id, error: blocked ? 'blocked' : 'network' });
  if (!blocked) return;
  if (page.live.fallback) page.file('frame', survey, data, asked);
  else if (!page.warned)
    console.warn("Sondeo: this page's Content-Security-Policy forbids WebAssembly, so no survey is shown. Add 'wasm-unsafe-eval' to script-src.");
  page.warned = true;
};
