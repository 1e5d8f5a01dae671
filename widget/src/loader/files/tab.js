// A button at the page's edge that opens a survey. It is there while the survey could be opened: consent allows it, no
// answer stands, and no card is shown.
// Sides are named by the window's: the button's own writing runs downwards, and would turn logical ones.
// All tabs of a page stand in one column, under the cards.
const STYLE = `
:host{all:initial!important}
div{position:fixed;z-index:2147482000;top:50%;right:0;translate:0 -50%;display:flex;flex-direction:column;align-items:flex-end;gap:8px}
div[dir=rtl]{right:auto;left:0}
button{all:unset;box-sizing:border-box;min-width:44px;min-height:44px;padding:14px 10px;
writing-mode:vertical-rl;text-align:center;cursor:pointer;font:600 15px/1.4 system-ui,sans-serif;color:var(--on);
background:var(--accent);border-radius:8px 0 0 8px;box-shadow:0 2px 10px #0003}
[dir=rtl] button{border-radius:0 8px 8px 0}
button:focus-visible{outline:2px solid var(--on);outline-offset:-5px}
[hidden]{display:none}
@media(forced-colors:active){button{border:1px solid}}
@media print{div{display:none}}`;

const column = () => {
  const root = document.createElement('div').attachShadow({ mode: 'open', delegatesFocus: true });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  return root.appendChild(document.createElement('div'));
};

export default async (page, survey) => {
  let button;
  let shown;
  let drawing;
  const draw = async () => {
    const fields = (await page.words(survey.card + '?')).split(/[\x1d\x1f]/);
    const rail = (page.rail ||= column());
    rail.dir = fields[FIELD.Direction];
    button = document.createElement('button');
    button.type = 'button';
    button.textContent = fields[FIELD.Tab];
    button.lang = fields[FIELD.Locale];
    button.style.cssText = fields[FIELD.Style];
    button.addEventListener('click', () => page.run('show', survey.id));
    rail.append(button);
  };
  const look = async (event, name) => {
    if (name === survey.id) shown = event !== 'closed';
    const may = (survey.ask || page.live.ask).includes(page.status) && !shown && !(Date.now() < page.get('wait:' + survey.id) * 1000);
    if (may && !button) await (drawing ||= draw().catch(() => (drawing = 0)));
    if (!button) return;
    button.hidden = !may;
    const { host } = page.rail.getRootNode();
    if (document.body && !host.isConnected) document.body.append(host);
  };
  page.looks.push(look);
  await look();
};
