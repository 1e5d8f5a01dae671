// On every page: the cart's count and the consent banner.
import { count } from "./basket.js";

const { read, write } = window.kestrel;
const root = document.documentElement;
const banner = document.getElementById("consent");
let opener = null;

function showCount() {
  const badge = document.getElementById("cart-count");
  const goods = count();
  badge.hidden = goods === 0;
  badge.textContent = String(goods);
  badge.setAttribute("aria-label", goods === 1 ? "1 item" : `${goods} items`);
}

function showChoice() {
  const line = document.getElementById("consent-now");
  if (!line) return;
  line.textContent = {
    granted: "You accepted: answers you give are kept.",
    denied: "You rejected: nothing is kept, and nobody asks.",
  }[read("consent", null)] ?? "You have not chosen yet.";
}

for (const button of banner.querySelectorAll("[data-consent-choice]")) {
  button.addEventListener("click", () => {
    const choice = button.dataset.consentChoice;
    write("consent", choice);
    window.sondeo("consent", choice);
    root.dataset.consent = choice;
    showChoice();
    // The banner is gone: focus goes on from where it was asked for, or with the page itself.
    (opener ?? document.getElementById("main")).focus({ preventScroll: true });
    opener = null;
  });
}

for (const button of document.querySelectorAll("#consent-reopen, [data-consent-reopen]")) {
  button.addEventListener("click", () => {
    opener = button;
    root.dataset.consent = "ask";
    banner.focus();
  });
}

document.addEventListener("basket", showCount);
// Another tab, or this page out of the back-forward cache.
window.addEventListener("storage", showCount);
window.addEventListener("pageshow", showCount);
showCount();
showChoice();
