// IAB TCF 2.2: what the consent platform has heard from the visitor. It may come later than this script, and with no stub
// in its place: asked for again after 0.1, 0.2, 0.4, … 51 seconds.
export default (page) => {
  const { hear } = page.parts;
  if (page.tcf) return;
  page.tcf = 1;
  hear(page);
  const { purposes, vendor } = page.live.tcf;
  const heard = (said, isGood) => {
    try {
      if (!isGood || !/^(tcloaded|useractioncomplete)$/.test(said.eventStatus)) return;
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
    if (wait < 6e4) setTimeout(ask, wait, 2 * wait);
  };
  ask(100);
};
