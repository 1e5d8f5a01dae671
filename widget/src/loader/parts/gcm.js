// Google Consent Mode: `gtag('consent', 'default' or 'update', {analytics_storage})`. Defaults may be for regions, and nobody
// here knows the visitor's: a denial among them stands, a grant for a region is none. An update overrules them all.
export default (page) => {
  if (page.gcm) return;
  page.gcm = 1;
  const { hear, layer } = page.parts;
  hear(page);
  let last;
  layer(page, ([kind, how, said]) => {
    if (kind !== 'consent') return;
    const { analytics_storage: word, region } = said;
    if (!/^(granted|denied)$/.test(word)) return;
    if (how === 'default' ? last || (word === 'granted' && region) : how !== 'update') return;
    if (how === 'update' || word === 'denied') last = word;
    hear(page, word, 'gcm');
  });
};
