// Whether consent, as it is now, lets a visitor be recognised.
export default ({ live, status }) =>
  live.keep.includes(status) && navigator.globalPrivacyControl !== true && !(live.dnt && navigator.doNotTrack === '1');
