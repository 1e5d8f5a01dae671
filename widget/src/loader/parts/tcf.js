// IAB TCF 2.2: what the consent platform has heard from the visitor. It may come later than this script, and with no stub
// in its place: asked for again after 0.1, 0.2, 0.4, … 51 seconds. In a frame it may be that of a page around it, which then
// has a frame of a name that is known (IAB CMP API v2, "How can vendors that use iframes call the CMP API").
export default (page) => {
  if (page.tcf) return;
  page.tcf = 1;
  const { hear } = page.parts;
  hear(page);
  const { purposes, vendor } = page.live.tcf;
  const heard = (said, isGood) => {
    try {
      // `tcloaded` or `useractioncomplete`.
      if (!isGood || !/^(tc|us)/.test(said.eventStatus)) return;
      // Where the GDPR does not apply, nobody has asked the visitor: that is no word against another's.
      if (said.gdprApplies === false) return /none|tcf/.test(page.source) && hear(page, 'unknown', 'tcf');
      const agreed = purposes.every((number) => said.purpose.consents[number] === true) && (!vendor || said.vendor.consents[vendor] === true);
      hear(page, agreed ? 'granted' : 'denied', 'tcf', said.tcString);
    } catch {}
  };
  const ask = (wait) => {
    try {
      return __tcfapi('addEventListener', 2, heard);
    } catch {}
    // Where the page around is of another origin, a frame that is not there throws.
    for (let around = self; around != top; )
      try {
        if ((around = around.parent).__tcfapiLocator) return page.file('locator', 0, around, heard);
      } catch {}
    wait < 6e4 && setTimeout(ask, wait, 2 * wait);
  };
  ask(100);
};
