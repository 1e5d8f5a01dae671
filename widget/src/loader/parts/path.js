export default () => location.pathname + location.search;
