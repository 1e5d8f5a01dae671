export default () => location.href.split('#')[0];
