export default (page, name) => page.traits[name.slice(5)];
