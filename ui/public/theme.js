// Runs before the first paint so that a chosen theme never flashes (the page's policy allows no inline script).
(function () {
  var theme = localStorage.getItem('consentry.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  document.documentElement.lang = localStorage.getItem('consentry.language') || navigator.language.slice(0, 2);
})();
