// A button at the page's edge. It is drawn once and stays over the pages of a single-page application.
export default (page, trigger) => {
  trigger.tab ||= page.file('tab', page.live.surveys[trigger.of]);
};
