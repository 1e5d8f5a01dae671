// On sites with Turnstile: draws its widget in the form, and holds the form back for a while where there is no token yet.
// Whatever fails here, the form is sent: what an answer without a token is, the collector decides.
(() => {
  const PATIENCE = 8e3; // how long a form waits for a token
  const MORE = 112e3; // and how much longer where the visitor has to do something
  const place = document.querySelector(".challenge");
  if (!place) return; // this page stores nothing new
  const { nonce } = document.currentScript;
  const { sitekey, script } = place.dataset;
  const form = place.closest("form");
  let isOver;
  let asks;
  let pressed;
  const settle = () => {
    if (isOver) return;
    isOver = true;
    if (pressed) form.requestSubmit(pressed.form ? pressed : null);
  };
  form.addEventListener("submit", (event) => {
    if (isOver) return;
    event.preventDefault();
    if (pressed) return;
    pressed = event.submitter || form;
    setTimeout(() => (asks ? setTimeout(settle, MORE) : settle()), PATIENCE);
  });
  const none = () => (settle(), true); // `true`: it is taken care of
  const draw = () => {
    try {
      turnstile.render(place, {
        sitekey,
        appearance: "interaction-only",
        language: document.documentElement.lang,
        "response-field-name": "challenge",
        callback: settle,
        "before-interactive-callback": () => (asks = true),
        "after-interactive-callback": () => (asks = false),
        "error-callback": none,
        "unsupported-callback": none,
      });
    } catch {
      settle();
    }
  };
  document.head.append(Object.assign(document.createElement("script"), { src: script, nonce, async: true, onload: draw, onerror: settle }));
})();
