export default () => (document.referrer.split('/')[2] || '').split(':')[0];
