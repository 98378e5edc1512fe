// The keys of the page on which a conflict is settled: each presses, chooses or enters
// what names it in `aria-keyshortcuts`. Without this script they do the same by hand.
"use strict";

(() => {
  const SWITCH = "twofold-keys";
  const TEXT =
    "textarea, select, [contenteditable], " +
    "input:not([type=checkbox]):not([type=radio]):not([type=hidden])";

  document.addEventListener("keydown", (event) => {
    const modified = event.ctrlKey || event.metaKey || event.altKey;
    if (modified || event.isComposing || event.repeat) {
      return;
    }
    const field = event.target.closest(TEXT);
    if (field) {
      if (event.key === "Escape") {
        field.blur();
        document.getElementById("item-title")?.focus({ preventScroll: true });
      }
      return;
    }
    const isOff = window.localStorage.getItem(SWITCH) === "off";
    if (isOff || !/^[a-z1-9]$/i.test(event.key)) {
      return;
    }
    const name = CSS.escape(event.key.toLowerCase());
    const found = document.querySelector(`[aria-keyshortcuts="${name}"]`);
    if (!found) {
      return;
    }
    event.preventDefault();
    if (found.matches("textarea")) {
      found.focus();
    } else {
      found.click();
    }
  });
})();
