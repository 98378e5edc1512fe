// Colours and text size change at once; without this script the page is loaded anew.
"use strict";

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const button = event.submitter;
  if (!form.matches("[data-look]") || !button) {
    return;
  }
  event.preventDefault();
  document.documentElement.dataset[button.name] = button.value;
  const scheme = { system: "light dark", light: "light", dark: "dark" }[button.value];
  if (button.name === "theme") {
    document.querySelector("meta[name=color-scheme]").content = scheme;
  }
  for (const each of document.querySelectorAll(`[data-look] [name=${button.name}]`)) {
    each.setAttribute("aria-pressed", String(each.value === button.value));
  }
  const body = new FormData(form, button);
  try {
    await fetch(form.action, { method: "POST", body, redirect: "manual" });
  } catch {
    // No line: it holds for this page, and can be chosen again.
  }
});
