// The grind guide: the reader says that they are done.
document.getElementById("done").addEventListener("click", () => {
  document.getElementById("done-note").textContent = "Good to hear. Enjoy the cup.";
  window.sondeo("event", "article_done");
});
