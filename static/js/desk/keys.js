// The keys of the page on which somebody judges. Each key presses what names it in
// `aria-keyshortcuts`; without this script the buttons do the same.
"use strict";

(() => {
  const SWITCH = "twofold-keys";
  const byId = (id) => document.getElementById(id);
  const keysAreOn = () => localStorage.getItem(SWITCH) !== "off";

  function pressed(key) {
    const name = CSS.escape(key);
    const found = document.querySelector(`[aria-keyshortcuts="${name}"]`);
    if (!found || found.disabled) {
      return false;
    }
    if (found.matches("textarea, input[type=text], input:not([type]), select")) {
      found.focus();
    } else {
      found.click();
    }
    return true;
  }

  function takesText(element) {
    return element.closest(
      "textarea, select, [contenteditable], " +
        "input:not([type=checkbox]):not([type=radio]):not([type=hidden])",
    );
  }

  function leaveText(field) {
    field.blur();
    (byId("item-title") || document.body).focus({ preventScroll: true });
  }

  document.addEventListener("keydown", (event) => {
    const modified = event.ctrlKey || event.metaKey || event.altKey;
    if (modified || event.isComposing || document.querySelector("dialog[open]")) {
      return;
    }
    const field = takesText(event.target);
    if (field) {
      if (event.key === "Escape") {
        leaveText(field);
      }
      return;
    }
    // A key held down decides once.
    if (event.repeat || !keysAreOn() || !/^[a-z1-9?]$/i.test(event.key)) {
      return;
    }
    const key = event.key.toLowerCase();
    if (!twofold.deck.isReady()) {
      event.preventDefault();
      if (key === "u") {
        twofold.deck.then(() => pressed("u"));
      }
    } else if (pressed(key)) {
      event.preventDefault();
    }
  });

  for (const button of document.querySelectorAll("[data-keys]")) {
    button.hidden = false;
  }
  const keysOn = byId("keys-on");
  keysOn.checked = keysAreOn();
  keysOn.addEventListener("change", () => {
    localStorage.setItem(SWITCH, keysOn.checked ? "on" : "off");
  });
})();
