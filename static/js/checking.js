// The keys of the page that asks about duplicates. Each key presses the button or
// follows the link that names it in `aria-keyshortcuts`; without this script they do
// the same. The switch is that of the pages on which somebody judges.
"use strict";

(() => {
  const SWITCH = "twofold-keys";
  let busy = false;

  const keysOn = document.getElementById("keys-on");
  const keysAreOn = () => window.localStorage.getItem(SWITCH) !== "off";

  document.addEventListener("keydown", (event) => {
    const modified = event.ctrlKey || event.metaKey || event.altKey;
    if (modified || event.isComposing || event.repeat || busy || !keysAreOn()) {
      return;
    }
    if (event.target.closest("input:not([type=radio]), textarea, select")) {
      return;
    }
    if (!/^[a-z?]$/i.test(event.key)) {
      return;
    }
    const name = CSS.escape(event.key.toLowerCase());
    const found = document.querySelector(`[aria-keyshortcuts~="${name}"]`);
    if (found) {
      event.preventDefault();
      found.click();
    }
  });

  // One press, one answer.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-answer]")) {
      return;
    }
    if (busy) {
      event.preventDefault();
    }
    busy = true;
  });
  window.addEventListener("pageshow", () => {
    busy = false;
  });

  for (const button of document.querySelectorAll("[data-keys]")) {
    button.hidden = false;
  }
  keysOn.checked = keysAreOn();
  keysOn.addEventListener("change", () => {
    window.localStorage.setItem(SWITCH, keysOn.checked ? "on" : "off");
  });
})();
