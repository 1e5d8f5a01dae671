export default (page, name) => new URLSearchParams(location.search).get(name);
