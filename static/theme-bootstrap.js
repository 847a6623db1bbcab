// Bootstrap goes by an attribute, and not by what the visitor's system asks for. A page that has it already keeps it.
(() => {
  "use strict";
  const root = document.documentElement, dark = matchMedia("(prefers-color-scheme: dark)");
  if (root.dataset.bsTheme) return;
  const follow = () => { root.dataset.bsTheme = dark.matches ? "dark" : "light"; };
  follow();
  dark.addEventListener("change", follow);
})();
