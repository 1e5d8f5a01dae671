// Empties what the browser keeps, and has what this visitor sent erased. The request is an entry of the outbox, so it outlives
// the page as an answer does; such entries stay when everything else goes.
export default (page, own) => {
  const claims = [];
  for (const name of own('localStorage')) {
    const key = name.slice(page.prefix.length);
    if (key.startsWith('out:~')) continue;
    const claim = key.startsWith('key:') && page.get(key);
    if (claim) claims.push(claim);
    page.set(key);
  }
  // `survey::limits::CLAIMS`. Where a page is left and entered in one moment, times alone would not be different.
  while (claims.length) page.send('~' + Date.now() + Math.random(), '', '[' + claims.splice(0, 50) + ']');
  for (const name of own('sessionStorage')) delete sessionStorage[name];
};
