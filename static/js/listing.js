// The keys of the list of titles and abstracts. Each presses a button of the record in
// focus; without this script the buttons do the same.
"use strict";

(() => {
  const SWITCH = "twofold-keys";
  const ROW = ".tf-listed";
  const keysAreOn = () => window.localStorage.getItem(SWITCH) !== "off";
  const rows = () => [...document.querySelectorAll(ROW)];
  // The row that an answer replaces, and the one that comes after it.
  let decided = null;

  const inFocus = () => document.activeElement?.closest(ROW) || null;

  function go(step) {
    const all = rows();
    const at = all.indexOf(inFocus());
    const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step];
    if (next) {
      next.focus({ preventScroll: true });
      next.scrollIntoView({ block: "nearest" });
    }
    return Boolean(next);
  }

  function press(row, key) {
    const found = row.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!found) {
      return false;
    }
    found.closest("details")?.setAttribute("open", "");
    found.click();
    return true;
  }

  function act(key) {
    if (key === "j" || key === "arrowdown") {
      return go(1);
    }
    if (key === "k" || key === "arrowup") {
      return go(-1);
    }
    if (key === "?") {
      document.getElementById("keys").togglePopover();
      return true;
    }
    const row = inFocus();
    if (!row) {
      return false;
    }
    if (key === "o") {
      row.querySelector(".tf-listed-abstract")?.toggleAttribute("open");
      return true;
    }
    if (key === "x") {
      row.querySelector(".tf-listed-tick input")?.click();
      row.focus({ preventScroll: true });
      return true;
    }
    if (key === "n") {
      const note = row.querySelector("textarea");
      note?.closest("details").setAttribute("open", "");
      note?.focus();
      return Boolean(note);
    }
    return /^[imeu1-9]$/.test(key) && press(row, key);
  }

  document.addEventListener("keydown", (event) => {
    const modified = event.ctrlKey || event.metaKey || event.altKey;
    if (modified || event.isComposing || event.repeat) {
      return;
    }
    const field = event.target.closest(
      "textarea, select, input:not([type=checkbox]):not([type=hidden])",
    );
    if (field) {
      if (event.key === "Escape" && field.matches("textarea")) {
        (field.closest(ROW) || document.body).focus({ preventScroll: true });
      }
      return;
    }
    if (keysAreOn() && act(event.key.toLowerCase())) {
      event.preventDefault();
    }
  });

  document.addEventListener("htmx:before:request", () => {
    decided = inFocus()?.id || null;
  });
  document.addEventListener("htmx:after:swap", () => {
    const row = decided && document.getElementById(decided);
    decided = null;
    if (!row) {
      return;
    }
    row.focus({ preventScroll: true });
    // A decision that was kept leads on; one that was refused or taken back stays.
    if (!row.querySelector("[role=alert]") && row.querySelector("[data-key=u]")) {
      go(1);
    }
  });

  for (const button of document.querySelectorAll("[data-keys]")) {
    button.hidden = false;
  }
  const keysOn = document.getElementById("keys-on");
  if (keysOn) {
    keysOn.checked = keysAreOn();
    keysOn.addEventListener("change", () => {
      window.localStorage.setItem(SWITCH, keysOn.checked ? "on" : "off");
    });
  }
})();
