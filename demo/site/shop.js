// Runs first, before the survey's loader can arrive: what tests read, the survey's queue, the shop's memory.
(function () {
  "use strict";

  // Everything that went wrong on this page, for tests.
  window.__errors = window.__errors || [];
  window.addEventListener("error", function (event) {
    // A file that failed to load is no error of the page; those events do not bubble up to here.
    window.__errors.push(String(event.message));
  });
  window.addEventListener("unhandledrejection", function (event) {
    window.__errors.push("rejection: " + String(event.reason));
  });

  window.sondeo = window.sondeo || function () { (window.sondeo.q = window.sondeo.q || []).push(arguments); };

  // Where storage is denied, the tab's own name carries the shop's memory from page to page.
  function tab() {
    try {
      var found = JSON.parse(window.name);
      return found && typeof found === "object" && !Array.isArray(found) ? found : {};
    } catch (error) {
      return {};
    }
  }

  window.kestrel = {
    /** The stored value (JSON), or `otherwise`. */
    read: function (key, otherwise) {
      var text = tab()["kestrel." + key];
      try {
        if (typeof text !== "string") text = localStorage.getItem("kestrel." + key);
        return typeof text === "string" ? JSON.parse(text) : otherwise;
      } catch (error) {
        return otherwise;
      }
    },
    write: function (key, value) {
      var text = JSON.stringify(value);
      var memory = tab();
      try {
        localStorage.setItem("kestrel." + key, text);
        if (!(("kestrel." + key) in memory)) return;
        delete memory["kestrel." + key];
      } catch (error) {
        memory["kestrel." + key] = text;
      }
      window.name = JSON.stringify(memory);
    },
  };

  // Known before the first paint, so that the banner neither flashes nor moves the page.
  var choice = window.kestrel.read("consent", null);
  if (choice === "granted" || choice === "denied") window.sondeo("consent", choice);
  else choice = "ask";
  document.documentElement.dataset.consent = choice;
})();
