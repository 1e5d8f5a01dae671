// Stands around the core in the pinned form: what imports and what fetches code, but only such as has the integrity of
// this build. Only a link can say what a module must be; `import` then takes what the link has brought, and asks nobody.
export default (known) => {
  const wanted = (url) => {
    const integrity = known[url.replace(/.*\/|#.*/g, '')];
    if (integrity) return integrity;
    throw url;
  };
  return [
    (url) =>
      new Promise((done, fail) => {
        const link = document.createElement('link');
        // A browser that does not know such links would import what nobody has looked at.
        if (!link.relList.supports('modulepreload')) throw url;
        Object.assign(link, { rel: 'modulepreload', crossOrigin: '', integrity: wanted(url), onload: done, onerror: fail, href: url });
        document.head.append(link);
      }).then(() => import(url)),
    (url) => fetch(url, { integrity: wanted(url) }),
  ];
};
