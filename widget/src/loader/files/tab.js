// A button at the page's edge that opens a survey. It is there while the survey could be opened: consent allows it, no
// answer stands, and no card is shown.
// Sides are named by the window's: the button's own writing runs downwards, and would turn logical ones.
const STYLE = `
:host{all:initial!important}
button{all:unset;position:fixed;z-index:2147483646;top:50%;right:0;box-sizing:border-box;min-width:44px;min-height:44px;padding:14px 10px;
translate:0 -50%;writing-mode:vertical-rl;text-align:center;cursor:pointer;font:600 15px/1.4 system-ui,sans-serif;color:var(--on);
background:var(--accent);border-radius:8px 0 0 8px;box-shadow:0 2px 10px #0003}
:host([dir=rtl]) button{right:auto;left:0;border-radius:0 8px 8px 0}
button:focus-visible{outline:2px solid var(--on);outline-offset:-5px}
:host([hidden]) button{display:none}
@media(forced-colors:active){button{border:1px solid}}
@media print{button{display:none}}`;

// The fields of `survey/src/card.rs` that are read here.
const [LOCALE, STYLE_OF_CARD, DIRECTION, TAB] = [0, 9, 10, 35];

export default async (page, survey) => {
  let host;
  let shown;
  let drawing;
  const draw = async () => {
    const fields = (await page.words(survey.card + '?')).split('\x1f');
    host = document.createElement('div');
    const root = host.attachShadow({ mode: 'open', delegatesFocus: true });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = fields[TAB];
    [host.lang, host.dir] = [fields[LOCALE], fields[DIRECTION]];
    host.style.cssText = fields[STYLE_OF_CARD];
    button.addEventListener('click', () => page.run('show', survey.id));
    root.append(button);
  };
  const look = async (event, name) => {
    if (name === survey.id) shown = event !== 'closed';
    const may = page.live.ask.includes(page.status) && !shown && !(Date.now() < page.get('wait:' + survey.id) * 1000);
    if (may && !host) await (drawing ||= draw().catch(() => (drawing = 0)));
    if (!host) return;
    host.hidden = !may;
    if (document.body && !host.isConnected) document.body.append(host);
  };
  page.looks.push(look);
  await look();
};
