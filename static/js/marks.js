// Labels, quotes and highlights on the pages on which somebody judges. Each of them
// is a form that works without this script; here they are saved in passing, so that
// neither the scroll nor what is half written is lost.
"use strict";

(() => {
  const WORDS = "twofold-words";
  const byId = (id) => document.getElementById(id);

  // Highlights, off for as long as somebody likes ---------------------------------

  function wordsAreOn() {
    return window.localStorage.getItem(WORDS) !== "off";
  }

  function showWords() {
    document.documentElement.toggleAttribute("data-words-off", !wordsAreOn());
    for (const box of document.querySelectorAll("[data-words-switch]")) {
      box.checked = wordsAreOn();
    }
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-words-switch]")) {
      window.localStorage.setItem(WORDS, event.target.checked ? "on" : "off");
      showWords();
    }
  });

  // What is sent, and what comes back ---------------------------------------------

  function send(url, extra = {}, data = new FormData(byId("decision"))) {
    for (const [name, value] of Object.entries(extra)) {
      data.set(name, value);
    }
    return window
      .fetch(url, {
        method: "POST",
        body: data,
        headers: { "HX-Request": "true" },
        credentials: "same-origin",
      })
      .then(async (answer) => {
        if (answer.redirected || ![200, 422].includes(answer.status)) {
          throw new Error(String(answer.status));
        }
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        return page.body;
      });
  }

  function tell() {
    const trouble = byId("trouble");
    if (trouble) {
      trouble.hidden = false;
      trouble.focus();
    }
  }

  // Labels ------------------------------------------------------------------------

  let saving = Promise.resolve();

  // Quiet where nobody pressed anything: then the focus stays where it is.
  function saveLabels(focus, made = "", { quiet = false } = {}) {
    const here = byId("item-title");
    const url = document.querySelector("[data-save-labels]").formAction;
    const asItWas = new FormData(byId("decision"));
    // One after the other, each with what the one before left; of a record that is
    // gone by then, as it was left.
    saving = saving.then(() => {
      const isHere = byId("item-title") === here;
      return send(url, { new_label: made }, isHere ? undefined : asItWas);
    }).then((fresh) => {
      const found = fresh.querySelector("#labels");
      // The next record may have come meanwhile.
      if (!found || byId("item-title") !== here) {
        return;
      }
      const open = byId("labels").querySelector("[data-labels]").open;
      byId("labels").replaceWith(document.adoptNode(found));
      keepDraft();
      if (byId("trouble")) {
        byId("trouble").hidden = true;
      }
      readyLabels(open);
      const box = [...boxes()].find((each) => each.value === focus);
      if (open && !quiet) {
        (box || byId("id_new_label")).focus();
      }
    }).catch(quiet ? () => {} : tell);
  }

  // What is ticked or typed here and not saved yet survives a reload.
  function keepDraft() {
    const card = byId("labels")?.closest("[data-card]");
    if (card) {
      window.twofold?.drafts?.save(card);
    }
  }

  function saveRestored() {
    const picker = document.querySelector("#labels [data-labels][data-restored]");
    const ticked = [...boxes()].filter((box) => box.checked).map((box) => box.value);
    const were = document.querySelector("#labels [name=labels_were]")?.value || "";
    if (picker && ticked.sort().join("\n") !== were.split(/\r?\n/).sort().join("\n")) {
      saveLabels("", "", { quiet: true });
    }
  }

  function boxes() {
    return document.querySelectorAll("#labels input[type=checkbox]");
  }

  function readyLabels(open) {
    const picker = document.querySelector("#labels [data-labels]");
    if (picker) {
      picker.open = picker.open || open;
      picker.querySelector("[data-save-labels]").hidden = true;
      // What is typed to find a label is not sent with a decision.
      byId("id_new_label").removeAttribute("name");
    }
  }

  function shownBoxes() {
    return [...boxes()].filter((box) => !box.closest("li").hidden);
  }

  function filterLabels() {
    const typed = byId("id_new_label").value.trim().toLocaleLowerCase();
    let exact = false;
    for (const box of boxes()) {
      const name = box.value.toLocaleLowerCase();
      exact ||= name === typed;
      box.closest("li").hidden = !name.includes(typed);
    }
    document.querySelector("[data-no-option]").hidden = !typed || exact;
  }

  function enterLabel() {
    const field = byId("id_new_label");
    const typed = field.value.trim().toLocaleLowerCase();
    const shown = shownBoxes();
    const found = shown.find((box) => box.value.toLocaleLowerCase() === typed);
    if (found || (typed && shown.length === 1)) {
      const box = found || shown[0];
      field.value = "";
      box.checked = !box.checked;
      keepDraft();
      saveLabels("");
    } else if (typed) {
      saveLabels("", field.value);
    }
  }

  document.addEventListener("input", (event) => {
    if (event.target.id === "id_new_label") {
      filterLabels();
    }
  });

  document.addEventListener("change", (event) => {
    if (event.target.closest("#labels") && event.target.type === "checkbox") {
      // What is typed only narrows the list here.
      byId("id_new_label").value = "";
      keepDraft();
      saveLabels(event.target.value);
    }
  });

  document.addEventListener("toggle", (event) => {
    if (event.target.matches("[data-labels]") && event.target.open) {
      readyLabels(true);
      // What came back after a reload takes no focus from the record.
      if (!event.target.dataset.restored) {
        byId("id_new_label").focus();
      }
    } else if (event.target.matches("[data-quote]") && event.target.open) {
      byId("id_quote_words").focus();
    }
  }, true);

  document.addEventListener("keydown", (event) => {
    const picker = event.target.closest?.("#labels [data-labels]");
    if (!picker || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const field = byId("id_new_label");
    const inField = event.target === field;
    if (event.key === "Escape") {
      picker.open = false;
      byId("item-title")?.focus({ preventScroll: true });
    } else if (event.key === "Enter" && inField) {
      event.preventDefault();
      enterLabel();
    } else if (event.key === "Enter" && event.target.type === "checkbox") {
      event.preventDefault();
      event.target.click();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      step(event.target, event.key === "ArrowDown" ? 1 : -1);
    } else if (event.target.type === "checkbox" && /^\S$/.test(event.key)) {
      // A letter goes on finding; it decides nothing here.
      event.stopPropagation();
      field.focus();
    }
  }, true);

  function step(from, by) {
    const stops = [byId("id_new_label"), ...shownBoxes()];
    stops[stops.indexOf(from) + by]?.focus();
  }

  // Quotes ------------------------------------------------------------------------

  const letters = (text) => [...text].length;

  // Where the selection stands in the title or abstract, in characters of it.
  function selected() {
    const selection = window.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) {
      return null;
    }
    const range = selection.getRangeAt(0);
    const common = range.commonAncestorContainer;
    const around = (common.nodeType === Node.TEXT_NODE ? common.parentElement : common);
    const inside = around.closest("#judging [data-field]");
    const field = inside ||
      [...document.querySelectorAll("#judging [data-field]")].find(
        (each) => range.intersectsNode(each),
      );
    if (!field) {
      return null;
    }
    const places = [...field.querySelectorAll("[data-at]")]
      .map((part) => placeIn(part, range))
      .filter(Boolean);
    if (!places.length) {
      return null;
    }
    return {
      quote_field: field.dataset.field,
      quote_version: field.dataset.version,
      quote_start: places[0].start,
      quote_end: places.at(-1).end,
      quote_words: places.length === 1 ? places[0].words : "",
    };
  }

  function placeIn(part, range) {
    if (!range.intersectsNode(part)) {
      return null;
    }
    const whole = document.createRange();
    whole.selectNodeContents(part);
    const cut = whole.cloneRange();
    if (range.compareBoundaryPoints(Range.START_TO_START, whole) > 0) {
      cut.setStart(range.startContainer, range.startOffset);
    }
    if (range.compareBoundaryPoints(Range.END_TO_END, whole) < 0) {
      cut.setEnd(range.endContainer, range.endOffset);
    }
    const words = cut.toString();
    if (!words.trim()) {
      return null;
    }
    const before = whole.cloneRange();
    before.setEnd(cut.startContainer, cut.startOffset);
    const start = Number(part.dataset.at) + letters(before.toString());
    return { start, end: start + letters(words), words };
  }

  function renewQuotes(fresh, here) {
    if (byId("item-title") !== here) {
      return;
    }
    for (const id of ["item-title", "item-abstract", "quotes"]) {
      const found = fresh.querySelector(`#${id}`);
      byId(id)?.replaceChildren(...(found ? found.childNodes : []));
    }
    const abstract = fresh.querySelector("#item-abstract");
    if (abstract && byId("item-abstract")) {
      byId("item-abstract").dataset.version = abstract.dataset.version;
    }
    readyQuotes();
  }

  function actOnQuote(url, extra) {
    const here = byId("item-title");
    const focused = byId("quotes").contains(document.activeElement);
    send(url, extra).then((fresh) => {
      renewQuotes(fresh, here);
      if (focused) {
        byId("quotes")?.querySelector("summary")?.focus();
      }
    }).catch(tell);
  }

  function markSelected() {
    const place = selected();
    const button = document.querySelector("[data-quote-now]");
    if (!place || !button) {
      return false;
    }
    window.getSelection().removeAllRanges();
    button.hidden = true;
    actOnQuote(button.dataset.url, {
      ...place,
      quote_criterion: "",
      quote_remark: "",
    });
    return true;
  }

  function readyQuotes() {
    for (const hint of document.querySelectorAll("[data-with-script]")) {
      hint.hidden = false;
    }
  }

  document.addEventListener("selectionchange", () => {
    const button = document.querySelector("[data-quote-now]");
    if (button) {
      button.hidden = !selected();
    }
  });

  // The press must not take the selection away before it is read.
  document.addEventListener("pointerdown", (event) => {
    if (event.target.closest("[data-quote-now]")) {
      event.preventDefault();
    }
  });

  document.addEventListener("click", (event) => {
    const act = event.target.closest("[data-quote-act], [data-save-labels]");
    if (act) {
      event.preventDefault();
      if (act.matches("[data-save-labels]")) {
        saveLabels("");
      } else {
        actOnQuote(act.formAction);
      }
    } else if (event.target.closest("[data-quote-now]")) {
      markSelected();
    } else if (event.target.closest("[data-quote] > summary") && markSelected()) {
      event.preventDefault();
    }
  }, true);

  // A new record -------------------------------------------------------------------

  function ready() {
    showWords();
    readyLabels(false);
    readyQuotes();
    if (window.navigator.onLine) {
      saveRestored();
    }
  }

  window.addEventListener("online", () => {
    const picker = document.querySelector("#labels [data-labels]");
    if (picker) {
      picker.dataset.restored = "yes";
      saveRestored();
    }
  });

  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) {
        if (node.nodeType === Node.ELEMENT_NODE && node.querySelector("#labels")) {
          ready();
        }
      }
    }
  }).observe(byId("main") || document.body, { childList: true, subtree: true });
  ready();
})();
