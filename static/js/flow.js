// The slider over the days on which something happened: it replays the flow in place.
// Without this script the field for the date and its button do the same.
"use strict";

(() => {
  const form = document.getElementById("date");
  const field = document.getElementById("id_as_of");
  const slider = document.getElementById("id_days");
  const said = document.getElementById("replayed");
  const PAUSE = 200;
  let days = [];
  let waiting = 0;
  let asked = null;

  // The last place is today, which needs no date.
  const chosen = () => days[slider.valueAsNumber] || "";

  function address() {
    const url = new URL(window.location.pathname, window.location.origin);
    for (const [name, value] of new FormData(form)) {
      if (value) {
        url.searchParams.set(name, value);
      }
    }
    return url;
  }

  function tell() {
    const told = chosen() || "today";
    slider.setAttribute("aria-valuetext", told);
    field.value = chosen();
  }

  function place() {
    const later = days.findIndex((day) => day > field.value);
    const found = later === -1 ? days.length - 1 : Math.max(later - 1, 0);
    slider.value = field.value ? found : days.length;
    slider.setAttribute("aria-valuetext", field.value || "today");
  }

  async function replay() {
    const url = address();
    asked?.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(url, { signal: asked.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const part = page.getElementById("replay");
      if (!part) {
        window.location.assign(url);
        return;
      }
      document.getElementById("replay").replaceWith(document.adoptNode(part));
      document.title = page.title;
      said.textContent = part.querySelector("[data-banner]").textContent.trim();
      window.history.replaceState(null, "", url);
    } catch (error) {
      if (error.name !== "AbortError") {
        window.location.assign(url);
      }
    }
  }

  async function begin() {
    // Without an answer the field for the date does the work.
    const answer = await fetch(form.dataset.days).catch(() => null);
    if (!answer?.ok) {
      return;
    }
    ({ days } = await answer.json());
    if (days.length < 2) {
      return;
    }
    slider.min = 0;
    slider.max = days.length;
    place();
    slider.parentElement.hidden = false;
    slider.addEventListener("input", () => {
      tell();
      window.clearTimeout(waiting);
      waiting = window.setTimeout(replay, PAUSE);
    });
  }

  if (form && field && slider) {
    begin();
  }
})();
