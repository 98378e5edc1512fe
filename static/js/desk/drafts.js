// Half-written notes, ticks and labels, kept in this browser for each record until they
// are sent: a reload, a closed tab and an ended session lose nothing.
"use strict";

window.twofold = window.twofold || {};

(() => {
  const DAYS = 90;
  const desk = document.getElementById("desk");
  const person = document.body.dataset.person;
  const PREFIX = `twofold.draft.${person}.`;
  const keyOf = (item) => `${PREFIX}${desk.dataset.review}.${desk.dataset.stage}.${item}`;

  const fieldsOf = (card) => ({
    note: card.querySelector("[name=note]"),
    ticks: [...card.querySelectorAll("[name=criteria]")],
    labels: [...card.querySelectorAll("[name=labels]")],
    labelsWere: card.querySelector("[name=labels_were]"),
    newLabel: card.querySelector("#id_new_label"),
  });

  const lines = (text) => (text || "").split(/\r?\n/).filter(Boolean);
  const valuesOf = (boxes) => boxes.filter((box) => box.checked).map((box) => box.value);

  function save(card) {
    const { note, ticks, labels, labelsWere, newLabel } = fieldsOf(card);
    if (!note) {
      return;
    }
    const draft = {
      note: note.value,
      criteria: valuesOf(ticks),
      labels: valuesOf(labels),
      labelsWere: lines(labelsWere?.value),
      newLabel: newLabel?.value || "",
      at: Date.now(),
    };
    try {
      localStorage.setItem(keyOf(card.dataset.card), JSON.stringify(draft));
    } catch {
      // The store is full: what was typed stands on the page all the same.
    }
  }

  function restore(card) {
    const kept = localStorage.getItem(keyOf(card.dataset.card));
    const { note, ticks, labels, newLabel } = fieldsOf(card);
    if (!kept || !note) {
      return;
    }
    const draft = JSON.parse(kept);
    note.value = draft.note;
    for (const tick of ticks) {
      tick.checked = draft.criteria.includes(tick.value);
    }
    restoreLabels(draft, labels, newLabel);
  }

  // Only what was changed here: what is on the record may be another by now.
  function restoreLabels(draft, boxes, field) {
    const { labels = [], labelsWere = [], newLabel = "" } = draft;
    const changed = boxes.filter(
      (box) => labels.includes(box.value) !== labelsWere.includes(box.value),
    );
    for (const box of changed) {
      box.checked = labels.includes(box.value);
    }
    const picker = field?.closest("[data-labels]");
    if (picker && (changed.length || newLabel)) {
      field.value = newLabel;
      // The focus stays where it is: see marks.js.
      picker.dataset.restored = "yes";
      picker.open = true;
    }
  }

  const forget = (item) => localStorage.removeItem(keyOf(item));

  // What was refused is a draft again.
  function keep(entry) {
    const of = (name) => entry.body.filter(([each]) => each === name).map(([, value]) => value);
    const draft = {
      note: of("note")[0] || "",
      criteria: of("criteria"),
      labels: of("labels"),
      labelsWere: lines(of("labels_were")[0]),
      at: Date.now(),
    };
    try {
      localStorage.setItem(
        `${PREFIX}${entry.review}.${entry.stage}.${entry.item}`,
        JSON.stringify(draft),
      );
    } catch {
      // The store is full: what was typed stands in what is told of the refusal.
    }
  }

  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(PREFIX)) {
      const { at } = JSON.parse(localStorage.getItem(key));
      if (Date.now() - at > DAYS * 86_400_000) {
        localStorage.removeItem(key);
      }
    }
  }

  twofold.drafts = { save, restore, forget, keep };
})();
