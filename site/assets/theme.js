// Runs before the page is drawn: says that there are scripts, and puts on the theme the reader chose, so that nothing
// flashes. Without a choice, the system's preference holds (see the stylesheet).
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("js");
  var theme = null;
  try { theme = localStorage.getItem("ardoise-theme"); } catch (error) { /* private mode: nothing is remembered */ }
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
})();
