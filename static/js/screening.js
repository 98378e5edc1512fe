// The keys of the pages on which somebody judges, and what a swap needs: the focus on
// what is new. Each key presses the button that names it in `aria-keyshortcuts`;
// without this script the buttons do the same.
"use strict";

(() => {
  const SWITCH = "twofold-keys";
  let busy = false;

  const byId = (id) => document.getElementById(id);
  const keysAreOn = () => window.localStorage.getItem(SWITCH) !== "off";

  function pressed(key) {
    const name = CSS.escape(key);
    const found = document.querySelector(`[aria-keyshortcuts="${name}"]`);
    if (!found || found.disabled) {
      return false;
    }
    if (found.matches("textarea")) {
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
    if (modified || event.isComposing || !byId("judging")) {
      return;
    }
    const field = takesText(event.target);
    if (field) {
      if (event.key === "Escape") {
        leaveText(field);
      }
      return;
    }
    // A key held down decides once; a key pressed while one is saved decides nothing.
    if (event.repeat || !keysAreOn() || !/^[a-z1-9?]$/i.test(event.key)) {
      return;
    }
    if (busy || pressed(event.key.toLowerCase())) {
      event.preventDefault();
    }
  });

  // Pages that are not swapped: one press, one request.
  document.addEventListener("submit", (event) => {
    if (!event.target.closest("#judging, #last-decision")) {
      return;
    }
    if (busy) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else if (!event.target.matches("[hx-post]")) {
      busy = true;
    }
  }, true);
  window.addEventListener("pageshow", () => {
    busy = false;
  });

  // A note that was typed and not sent: ask before it is lost.
  window.addEventListener("beforeunload", (event) => {
    const note = document.querySelector("#judging textarea");
    if (!busy && note && note.value !== note.defaultValue) {
      event.preventDefault();
    }
  });

  document.addEventListener("htmx:before:request", () => {
    busy = true;
    byId("judging")?.setAttribute("aria-busy", "true");
    byId("trouble")?.setAttribute("hidden", "");
  });
  document.addEventListener("htmx:finally:request", () => {
    busy = false;
    byId("judging")?.removeAttribute("aria-busy");
  });

  function tellTrouble() {
    const trouble = byId("trouble");
    if (trouble) {
      trouble.hidden = false;
      trouble.focus();
    }
  }

  // Signed out meanwhile, the answer is the page to sign in: not one to show here.
  document.addEventListener("htmx:before:swap", (event) => {
    if (event.detail.ctx.response?.raw.redirected) {
      event.preventDefault();
      tellTrouble();
    }
  });
  document.addEventListener("htmx:response:error", (event) => {
    if (event.detail.ctx.response.status !== 422) {
      tellTrouble();
    }
  });
  document.addEventListener("htmx:error", tellTrouble);

  document.addEventListener("htmx:after:swap", (event) => {
    if (event.detail.ctx.response?.raw.redirected) {
      return;
    }
    const fresh = document.querySelector("#judging [data-focus]");
    if (fresh) {
      window.scrollTo({ top: 0 });
      fresh.focus({ preventScroll: true });
    }
  });

  for (const button of document.querySelectorAll("[data-keys]")) {
    button.hidden = false;
  }
  const keysOn = byId("keys-on");
  if (keysOn) {
    keysOn.checked = keysAreOn();
    keysOn.addEventListener("change", () => {
      window.localStorage.setItem(SWITCH, keysOn.checked ? "on" : "off");
    });
  }
})();
