// In a frame of the site's page: says how high the page is, whether the question is answered, and when it may be closed.
// The form itself needs no script.
(() => {
  const all = document.currentScript.dataset.to.split(" ");
  // Where the browser says which of the site's origins this is, the others are spared: a wrong one is an error in the console.
  const known = location.ancestorOrigins?.[0];
  const to = all.includes(known) ? [known] : all;
  const tell = (message) => to.forEach((origin) => parent.postMessage(message, origin));
  const close = () => tell({ sondeo: "close" });
  const button = document.querySelector(".close");
  button.hidden = false;
  button.addEventListener("click", close);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  // Of whom the page around has not told for want of consent, it tells when the box is ticked: it goes with the form.
  const agree = document.querySelector("input[type=checkbox][name=agree]");
  if (agree) {
    const { form } = agree;
    const own = form.action;
    agree.addEventListener("change", () => {
      form.action = own;
      if (agree.checked) tell({ sondeo: "agreed" });
    });
    addEventListener("message", ({ source, origin, data }) => {
      if (source !== parent || !all.includes(origin) || data?.sondeo !== "linked" || !agree.checked) return;
      const to = new URL(own);
      for (const [name, value] of data.linked) if (!to.searchParams.has(name)) to.searchParams.set(name, value);
      form.action = to;
    });
  }
  const main = document.querySelector("main");
  if ("answered" in main.dataset) tell({ sondeo: "answered" });
  new ResizeObserver(() => tell({ sondeo: "height", height: main.offsetHeight })).observe(main);
})();
