// As `edge/src/device.rs` tells them apart; an iPad of today says that it is a Mac.
export default ({}, name, survey, { userAgent, maxTouchPoints } = navigator) =>
  /iPad|Tablet|Android(?!.*Mobile)/.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1) ? 'tablet' : /Mobi/.test(userAgent) ? 'mobile' : 'desktop';
