// For tests: the page that old libraries make. Each patch is one that has been seen in the wild; each keeps what it
// replaces working, as those libraries did. Counters and records are what the tests read.
(function () {
  var counts = { remove: 0, trim: 0, then: 0, stringify: 0, pushState: 0, fetch: 0 };
  window.__counts = counts;
  window.__errors = [];
  window.__keys = [];
  window.__fetches = [];

  window.onerror = function (message) {
    window.__errors.push("onerror: " + message);
  };

  // Enumerable, as anything assigned to a prototype is: every `for … in` without a guard meets them.
  Object.prototype.extendWith = function (other) {
    for (var name in other) this[name] = other[name];
    return this;
  };
  Object.prototype.$family = "object";
  Array.prototype.each = function (visit) {
    for (var i = 0; i < this.length; i++) visit(this[i], i);
    return this;
  };
  Array.prototype.last = function () {
    return this[this.length - 1];
  };
  // Lists become text inside JSON: the answer of a library older than the standard JSON.
  Array.prototype.toJSON = function () {
    return "[" + Array.prototype.map.call(this, function (item) {
      return String(item);
    }).join(", ") + "]";
  };

  var remove = Element.prototype.remove;
  Element.prototype.remove = function () {
    counts.remove += 1;
    return remove.call(this);
  };

  String.prototype.trim = function () {
    counts.trim += 1;
    return this.replace(/^\s+|\s+$/g, "");
  };

  var fetch = window.fetch;
  window.fetch = function (input, init) {
    counts.fetch += 1;
    window.__fetches.push({ url: String((input && input.url) || input), method: (init && init.method) || "GET" });
    return fetch.apply(this, arguments);
  };

  var stringify = JSON.stringify;
  JSON.stringify = function () {
    counts.stringify += 1;
    return stringify.apply(this, arguments);
  };

  window.Promise = class extends Promise {
    then(done, failed) {
      counts.then += 1;
      return super.then(done, failed);
    }
  };

  var pushState = history.pushState;
  history.pushState = function () {
    counts.pushState += 1;
    return pushState.apply(this, arguments);
  };

  // Shortcuts of the page: digits pick a category, "/" goes to the search, Escape closes, arrows page.
  function isShortcut(key) {
    return /^[0-9/]$/.test(key) || key === "Escape" || key.indexOf("Arrow") === 0;
  }
  function listen(type, capture) {
    document.addEventListener(type, function (event) {
      if (!isShortcut(event.key)) return;
      window.__keys.push({ type: type, phase: capture ? "capture" : "bubble", key: event.key,
        target: event.target.nodeName, prevented: event.defaultPrevented });
      // In a field the page lets typing be; anywhere else a key that bubbles up is taken as the page's own.
      if (capture || type !== "keydown" || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.nodeName)) return;
      event.preventDefault();
      if (event.key === "/") document.getElementById("search").focus();
    }, capture);
  }
  ["keydown", "keypress", "keyup"].forEach(function (type) {
    listen(type, true);
    listen(type, false);
  });

  document.addEventListener("DOMContentLoaded", function () {
    var clicks = 0;
    document.getElementById("hostile-consent").addEventListener("click", function () {
      window.kestrel.write("consent", "granted");
      window.sondeo("consent", "granted");
    });
    document.getElementById("hostile-buy").addEventListener("click", function () {
      clicks += 1;
      document.getElementById("hostile-clicks").textContent = String(clicks);
      window.sondeo("event", "purchase", { order_id: "H-1", value: "10.00", currency: "EUR" });
    });
  });
})();
