// The cards of the page on which somebody judges: the one that is read, those that come
// next and those just judged. A decision is kept by the queue and the next card shown at
// once; the answer brings the cards that are lacking.
"use strict";

(() => {
  const { queue, drafts } = twofold;
  const desk = document.getElementById("desk");
  const judging = document.getElementById("judging");
  const { review, stage, queueUrl, takeBackUrl } = desk.dataset;
  const inQueue = desk.dataset.fromQueue === "yes";
  const AHEAD = Number(desk.dataset.ahead);
  const MOST_PAST = 30;
  // Milliseconds: a key that bounces is pressed again within these.
  const BOUNCE = 16;
  // Decisions until the site is asked to count anew; in between the page counts on.
  const COUNTED_EVERY = 50;
  // Of the form: what each sending has anew, and what is saved by itself.
  const NOT_SENT = /^(csrfmiddlewaretoken|token|quote_.*)$/;

  const byId = (id) => document.getElementById(id);
  const ahead = [];
  const past = [];
  let current = null;
  // From a press until the next card is there: what is pressed meanwhile, by a key that
  // bounces or a second click, was not meant for a record that nobody has seen.
  let turning = false;
  let asking = false;
  // Counts what was counted: an answer that was asked for before tells old numbers.
  let epoch = 0;
  let afterTurn = null;
  let sinceCount = 0;
  let nothing = "";
  // On the page of one record: the entry whose answer leads on.
  let awaited = "";
  // The entry that takes back what is not at hand: its answer brings the card.
  let comesBack = "";

  function cardOf(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    const found = document.importNode(template.content, true);
    return found.querySelector("[data-card]");
  }

  const itemOf = (card) => card.dataset.card;
  const held = () => [current, ...ahead].filter(Boolean).map(itemOf);
  const ours = (entry) => entry.review === review && entry.stage === stage;
  const judges = (entry) => ["decide", "later"].includes(entry.kind);

  function pendingItems() {
    const pending = new Set();
    for (const entry of queue.entries().filter(ours)) {
      if (judges(entry)) {
        pending.add(String(entry.item));
      } else {
        pending.delete(String(entry.item));
      }
    }
    return pending;
  }

  // Counting -----------------------------------------------------------------

  const bar = () => document.querySelector("#own-progress progress");
  const left = () => (bar() ? bar().max - bar().value : 0);

  function stepOf(entry) {
    if (entry.kind === "decide") {
      return 1;
    }
    return entry.kind === "undo" && entry.undoes !== "later" ? -1 : 0;
  }

  function countOn(step) {
    const line = bar()?.nextElementSibling;
    if (line && step) {
      const done = Math.min(Math.max(bar().value + step, 0), bar().max);
      bar().value = done;
      line.textContent = line.textContent.replace(/^[\d,]+/, done.toLocaleString("en-GB"));
    }
  }

  function takeCount(html) {
    byId("own-progress").outerHTML = html;
    sinceCount = 0;
    countWaiting();
  }

  // The site has not counted what waits here to be sent.
  function countWaiting() {
    const steps = queue.entries().filter(ours).map(stepOf);
    countOn(steps.reduce((sum, step) => sum + step, 0));
  }

  // Showing ------------------------------------------------------------------

  function turn(action) {
    turning = true;
    setTimeout(() => {
      turning = false;
      action();
      afterTurn?.();
      afterTurn = null;
    }, BOUNCE);
  }

  function focusOn(root) {
    window.scrollTo({ top: 0 });
    root.querySelector("[data-focus]")?.focus({ preventScroll: true });
  }

  function bring(card) {
    current = card;
    judging.replaceChildren(card);
    drafts.restore(card);
    focusOn(judging);
    window.htmx?.process(judging);
    document.dispatchEvent(new CustomEvent("twofold:shown", { detail: { card } }));
  }

  function showWaiting() {
    current = null;
    if (nothing && !queue.entries().some(ours)) {
      judging.innerHTML = nothing;
    } else {
      judging.replaceChildren(byId("on-their-way").content.cloneNode(true));
    }
    focusOn(judging);
  }

  function next() {
    const card = ahead.shift();
    if (card) {
      bring(card);
    } else {
      showWaiting();
    }
    if (ahead.length < 2) {
      refill();
    }
  }

  function showLast({ undone = false } = {}) {
    const made = past.at(-1);
    const line = byId("last-decision");
    line.replaceChildren();
    if (undone) {
      line.append(byId("taken-back").content.cloneNode(true));
    }
    if (!made) {
      return;
    }
    const told = byId("last-made").content.cloneNode(true);
    const badge = byId(`said-${made.entry.choice}`).content.cloneNode(true);
    told.querySelector("[data-verdict]").replaceChildren(badge);
    const link = told.querySelector("[data-title]");
    link.textContent = made.entry.title;
    link.href = made.entry.page;
    line.append(told);
  }

  // Taking in ----------------------------------------------------------------

  function take(cards) {
    const pending = pendingItems();
    for (const { item, html } of cards) {
      const known = held().includes(String(item)) || pending.has(String(item));
      if (!known) {
        ahead.push(cardOf(html));
      }
    }
  }

  function takeAnswer(answer, key = "") {
    if (byId("own-progress") && answer.progress) {
      takeCount(answer.progress);
    }
    nothing = answer.nothing;
    if (comesBack && key === comesBack) {
      comesBack = "";
      showLast({ undone: true });
      const { back } = answer;
      if (back && !held().includes(String(back.item))) {
        if (current) {
          ahead.unshift(current);
        }
        bring(cardOf(back.html));
      }
    }
    take(answer.ahead);
    if (inQueue && !current) {
      if (ahead.length) {
        next();
      } else {
        showWaiting();
      }
    }
  }

  function lacking() {
    const short = current && !turning ? 0 : 1;
    return String(Math.max(AHEAD + short - ahead.length, 0));
  }

  function wanted(entry = null) {
    const counts = sinceCount >= COUNTED_EVERY || (entry && !judges(entry));
    return [
      // In the order of showing: what comes next follows the last of them.
      ["held", [...pendingItems(), ...held()].join(",")],
      ["number", lacking()],
      // How many wait by the page's own count; without it the site counts.
      ...(counts ? [] : [["left", left()]]),
    ];
  }

  async function refill() {
    if (asking || !inQueue) {
      return;
    }
    asking = true;
    const begun = epoch;
    let stale = false;
    try {
      // Whoever is signed in by now is told nothing of theirs on this person's page.
      const asked = new URLSearchParams([["person", queue.person], ...wanted()]);
      const response = await queue.ask(`${queueUrl}?${asked}`);
      if (response.ok) {
        const answer = await response.json();
        stale = begun !== epoch;
        takeAnswer(stale ? { ahead: answer.ahead, nothing } : answer);
      }
    } catch {
      // No line: the queue tells so, and the answer to what it sends brings cards.
    } finally {
      asking = false;
    }
    if (stale && !current) {
      refill();
    }
  }

  // Deciding -----------------------------------------------------------------

  function entryOf(card, form, button) {
    const kind = button.name === "later" ? "later" : "decide";
    const token = queue.uuid();
    // The form's own tells what it asks, each sending's own is counted once.
    const body = [["token", token], ["form_token", form.elements.token?.value || ""]];
    if (kind === "decide") {
      const fields = [...new FormData(form)].filter(([name]) => !NOT_SENT.test(name));
      body.push(["choice", button.value], ...fields);
    }
    return {
      kind,
      review,
      stage,
      body,
      token,
      item: itemOf(card),
      title: card.dataset.title,
      page: card.dataset.page,
      queue: queueUrl,
      url: kind === "later" ? button.formAction : form.action,
      choice: kind === "later" ? "later" : button.value,
      said: button.dataset.said,
    };
  }

  function tellProblem(form, words) {
    const line = form.querySelector("[data-problem-line]");
    line.textContent = words;
    line.hidden = false;
    form.querySelector("fieldset")?.scrollIntoView({ block: "nearest" });
  }

  // A full text is excluded under a criterion: told before it is sent in vain.
  function lacksCriterion(form, button) {
    const needs = form.dataset.needsCriterion === "yes" && button.value === "exclude";
    if (needs && !form.querySelector("[name=criteria]:checked")) {
      tellProblem(form, "Tick at least one criterion: an excluded full text is counted under one.");
      return true;
    }
    return false;
  }

  // Returns false where the browser keeps nothing: then the form is sent as a page.
  function decide(form, button) {
    const card = current;
    const entry = entryOf(card, form, button);
    try {
      const key = queue.add(entry);
      drafts.forget(entry.item);
      if (!inQueue) {
        awaited = key;
        return true;
      }
    } catch {
      return false;
    }
    past.push({ entry, card });
    past.splice(0, past.length - MOST_PAST);
    sinceCount += 1;
    countOn(stepOf(entry));
    turn(() => {
      next();
      showLast();
    });
    return true;
  }

  function opposite(entry) {
    const same = { ...entry, kind: "undo", undoes: entry.kind, said: "Undo" };
    delete same.at;
    return entry.kind === "later"
      ? { ...same, body: [...entry.body, ["back", "yes"]] }
      : {
          ...same,
          url: takeBackUrl,
          body: [...entry.body, ["stage", stage], ["item", entry.item]],
        };
  }

  function undo() {
    const made = past.pop();
    if (!made) {
      return false;
    }
    const entry = opposite(made.entry);
    let key = "";
    try {
      key = queue.add(entry);
    } catch {
      // The store is full: nothing is taken back, and that is told.
      past.push(made);
      tellTrouble();
      return false;
    }
    countOn(stepOf(entry));
    if (!made.card) {
      comesBack = key;
    } else {
      turn(() => {
        if (current) {
          ahead.unshift(current);
        }
        bring(made.card);
      });
    }
    showLast({ undone: Boolean(made.card) });
    return true;
  }

  function tellTrouble() {
    byId("trouble").hidden = false;
    byId("trouble").focus();
  }

  // The last decision of an earlier visit: its card comes with the answer. Returns false
  // where the browser keeps nothing: then the form is sent as a page.
  function undoEarlier(form) {
    const decision = new FormData(form).get("decision");
    let key = "";
    try {
      key = queue.add({
        kind: "undo",
        review,
        stage,
        item: "",
        title: form.dataset.title || "",
        said: "Undo",
        page: queueUrl,
        queue: queueUrl,
        url: form.action,
        body: [["decision", decision]],
      });
    } catch {
      return false;
    }
    if (inQueue) {
      comesBack = key;
      byId("last-decision").replaceChildren();
    } else {
      awaited = key;
    }
    return true;
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("#decision")) {
      const button = event.submitter;
      if (!["choice", "later"].includes(button?.name)) {
        // Another button of the form: a page of its own, unless a script takes it.
        return;
      }
      if (turning || awaited || lacksCriterion(form, button)) {
        event.preventDefault();
      } else if (decide(form, button)) {
        event.preventDefault();
      }
    } else if (form.matches("[data-take-back]")) {
      if (awaited || comesBack || turning || undoEarlier(form)) {
        event.preventDefault();
      }
    }
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest(".tf-decide-button, [data-undo]");
    // The second click of two was meant for the record that is gone.
    if (button && event.detail > 1) {
      event.preventDefault();
    } else if (button?.matches("[data-undo]") && !turning && !comesBack) {
      undo();
    }
  });

  for (const kind of ["input", "change"]) {
    judging.addEventListener(kind, (event) => {
      if (current && event.target.closest("#decision")) {
        drafts.save(current);
        const line = current.querySelector("[data-problem-line]");
        if (line) {
          line.hidden = true;
        }
      }
    });
  }

  document.addEventListener("twofold:counted", (event) => {
    const { entry, answer } = event.detail;
    epoch += 1;
    if (awaited && entry.key === awaited) {
      window.location.assign(queueUrl);
    } else if (ours(entry) && inQueue) {
      takeAnswer(answer, entry.key);
    }
  });

  document.addEventListener("twofold:refused", (event) => {
    const { entry } = event.detail;
    if (!ours(entry)) {
      return;
    }
    awaited = "";
    comesBack = "";
    if (entry.kind === "decide") {
      drafts.keep(entry);
      const index = past.findIndex((each) => each.entry.token === entry.token);
      if (index >= 0) {
        past.splice(index, 1);
        showLast();
      }
    }
    if (inQueue) {
      sinceCount = COUNTED_EVERY;
      // The criteria may have changed: what is at hand is asked for anew.
      ahead.length = 0;
      refill();
    }
  });

  // Another tab of the same person judged one of these.
  window.addEventListener("storage", (event) => {
    if (!event.newValue || !event.key?.startsWith(queue.prefix)) {
      return;
    }
    const entry = JSON.parse(event.newValue);
    if (!ours(entry) || !judges(entry) || !inQueue) {
      return;
    }
    countOn(stepOf(entry));
    const index = ahead.findIndex((card) => itemOf(card) === String(entry.item));
    if (index >= 0) {
      ahead.splice(index, 1);
    }
    const note = current?.querySelector("[name=note]");
    if (current && itemOf(current) === String(entry.item) && !note?.value) {
      next();
    } else if (ahead.length < 2) {
      refill();
    }
  });
  window.addEventListener("online", () => inQueue && ahead.length < AHEAD && refill());

  // The page as it came ------------------------------------------------------

  queue.giveExtras((entry) => (ours(entry) && inQueue ? wanted(entry) : []));
  current = judging.querySelector("[data-card]");
  const pending = pendingItems();
  for (const template of document.querySelectorAll("template[data-ahead]")) {
    const card = document.importNode(template.content, true).querySelector("[data-card]");
    if (!pending.has(itemOf(card))) {
      ahead.push(card);
    }
    template.remove();
  }
  for (const entry of queue.entries().filter(ours)) {
    if (judges(entry)) {
      past.push({ entry, card: null });
    } else {
      past.pop();
    }
  }
  if (inQueue) {
    countWaiting();
  }
  if (past.length) {
    showLast();
  }
  if (current && inQueue && pending.has(itemOf(current))) {
    next();
  } else if (current) {
    drafts.restore(current);
  }

  window.addEventListener("load", () => ahead.length < AHEAD && refill());

  twofold.deck = {
    isReady: () => !turning && !awaited,
    // Undoing is meant for what was just pressed, so it waits for its turn.
    then: (action) => {
      afterTurn = action;
    },
    current: () => current,
  };
})();
