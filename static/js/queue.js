// What somebody decided and the site has not answered yet. Each press is an entry in the
// browser's own store before the next record is shown; entries are sent one by one, in
// order, and leave the store when the site has answered. An entry carries a token, so
// one that is sent twice counts once: whatever moment the browser, the line or the
// server fails at, the entry is either still here or counted.
"use strict";

window.twofold = window.twofold || {};

(() => {
  const person = document.body.dataset.person;
  const QUEUED = `twofold.queue.${person}.`;
  const REFUSED = `twofold.refused.${person}.`;
  const LONGEST_ANSWER = 30_000;
  const LONGEST_PAUSE = 30_000;
  // An answer that comes within this time is not worth a word.
  const PATIENCE = 2_500;
  const REASONS = {
    offline: "You are offline: they are sent when the line is back.",
    unreachable: "The site does not answer; trying again.",
    "signed-out": "You are signed out. Sign in, and they are sent.",
    "somebody-else":
      "Somebody else is signed in by now. Sign in as yourself, and they are sent.",
    full: "This browser has no room to keep what was answered; trying again.",
    sending: "Sending them.",
  };

  const byId = (id) => document.getElementById(id);
  let state = "sending";
  let running = false;
  let again = false;
  let pauses = 0;
  let timer = 0;
  let lastMoment = 0;
  // What the page adds to an entry that is sent, such as which records it holds.
  let extras = () => [];

  // The store ----------------------------------------------------------------

  function stored(prefix) {
    const found = [];
    for (let index = 0; index < localStorage.length; index += 1) {
      const key = localStorage.key(index);
      if (key.startsWith(prefix)) {
        found.push(key);
      }
    }
    return found.sort().map((key) => ({ ...JSON.parse(localStorage.getItem(key)), key }));
  }

  const entries = () => stored(QUEUED);

  function nextKey() {
    const last = entries().at(-1);
    const before = last ? Number(last.key.slice(QUEUED.length).split("-")[0]) : 0;
    lastMoment = Math.max(Date.now(), lastMoment + 1, before + 1);
    const chance = Math.random().toString(36).slice(2, 8);
    return `${QUEUED}${String(lastMoment).padStart(15, "0")}-${chance}`;
  }

  function uuid() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  // Throws where the browser keeps nothing: then the page is sent the plain way.
  function add(entry) {
    const key = nextKey();
    localStorage.setItem(key, JSON.stringify({ ...entry, at: Date.now() }));
    // After this turn: whoever adds the entry knows its key before the answer comes.
    queueMicrotask(send);
    return key;
  }

  // Sending ------------------------------------------------------------------

  function cookie(name) {
    const found = document.cookie.split("; ").find((each) => each.startsWith(`${name}=`));
    return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
  }

  async function ask(url, options = {}) {
    return fetch(url, {
      credentials: "same-origin",
      redirect: "manual",
      signal: AbortSignal.timeout(LONGEST_ANSWER),
      ...options,
      headers: { Accept: "application/json", ...options.headers },
    });
  }

  function post(entry) {
    const body = new URLSearchParams([...entry.body, ["person", person], ...extras(entry)]);
    // The cookie of this moment: whoever signed in again has a new one.
    return ask(entry.url, {
      method: "POST",
      body,
      headers: { "X-CSRFToken": cookie("csrftoken") },
    });
  }

  async function told(response) {
    try {
      return (await response.json()).problem;
    } catch {
      return "";
    }
  }

  // What the server says of itself, and not of the decision.
  function isUnwell({ status }) {
    return status >= 500 || [408, 429].includes(status);
  }

  // Refused by role, or only for a token of an earlier session? Asking tells, and
  // brings a new token.
  async function afterForbidden(entry) {
    const page = await ask(`${entry.queue}?person=${person}`);
    if (page.type === "opaqueredirect") {
      return { state: "signed-out" };
    }
    if (page.status === 409) {
      return { state: "somebody-else" };
    }
    if (isUnwell(page)) {
      return { state: "unreachable" };
    }
    if (!page.ok) {
      return { state: "refused", problem: "You can no longer judge here." };
    }
    return meaning(await post(entry));
  }

  async function meaning(response) {
    if (response.type === "opaqueredirect") {
      return { state: "signed-out" };
    }
    if (response.ok) {
      return { state: "counted", answer: await response.json() };
    }
    if (response.status === 409) {
      return { state: "somebody-else" };
    }
    if (isUnwell(response)) {
      return { state: "unreachable" };
    }
    const missing = "It is no longer there, or you can no longer judge here.";
    return { state: "refused", problem: (await told(response)) || missing };
  }

  async function outcome(entry) {
    try {
      const response = await post(entry);
      return response.status === 403 ? await afterForbidden(entry) : await meaning(response);
    } catch {
      return { state: navigator.onLine ? "unreachable" : "offline" };
    }
  }

  // Where the store is full, what is told takes the place of the entry, which is longer.
  // Throws where there is no room for it all the same: then the entry stays.
  function keepTold({ key, said, title, page, body }, told) {
    const toldKey = key.replace(QUEUED, REFUSED);
    const note = body.filter(([name]) => name === "note");
    const kept = JSON.stringify({ said, title, page, body: note, ...told });
    try {
      localStorage.setItem(toldKey, kept);
    } catch {
      const entry = localStorage.getItem(key);
      localStorage.removeItem(key);
      try {
        localStorage.setItem(toldKey, kept);
      } catch (error) {
        localStorage.setItem(key, entry);
        throw error;
      }
    }
  }

  function settle(entry, found) {
    if (found.state === "refused") {
      keepTold(entry, { problem: found.problem });
    }
    if (found.answer?.told) {
      const { text, page } = found.answer.told;
      keepTold(entry, { problem: text, page, heading: "Kept", body: [] });
      showRefused();
    }
    localStorage.removeItem(entry.key);
    document.dispatchEvent(
      new CustomEvent(`twofold:${found.state}`, { detail: { entry, ...found } }),
    );
  }

  async function sendAll() {
    for (let entry = entries()[0]; entry; entry = entries()[0]) {
      const found = await outcome(entry);
      const ended = found.state === "counted" || found.state === "refused";
      state = ended ? "sending" : found.state;
      if (!ended) {
        return false;
      }
      pauses = 0;
      settle(entry, found);
      show();
    }
    return true;
  }

  async function send() {
    show();
    if (running) {
      again = true;
      return;
    }
    running = true;
    again = false;
    clearTimeout(timer);
    let sent = false;
    try {
      // One tab sends at a time, where the browser can see to it; two would do no harm.
      sent = navigator.locks
        ? await navigator.locks.request(`twofold.sending.${person}`, sendAll)
        : await sendAll();
    } catch {
      // What was refused could not be kept: it stays here, and is asked for again.
      state = "full";
    }
    running = false;
    show();
    if (!sent && ["offline", "unreachable", "full"].includes(state)) {
      timer = setTimeout(send, Math.min(1000 * 2 ** pauses, LONGEST_PAUSE));
      pauses += 1;
    } else if (sent && again) {
      send();
    }
  }

  function wake() {
    if (entries().length) {
      pauses = 0;
      send();
    }
    showRefused();
  }

  // Telling ------------------------------------------------------------------

  function waitsFor() {
    const first = entries()[0];
    return first ? Date.now() - first.at : 0;
  }

  function show() {
    const line = byId("waiting");
    if (!line) {
      return;
    }
    const number = entries().length;
    const told = number > 0 && (state !== "sending" || waitsFor() > PATIENCE);
    if (told) {
      const count = number === 1 ? "1 decision waits" : `${number} decisions wait`;
      line.querySelector("[data-number]").textContent = `${count} to be sent.`;
      line.querySelector("[data-why]").textContent = REASONS[state];
      line.querySelector("[data-sign-in]").hidden =
        state !== "signed-out" && state !== "somebody-else";
    }
    line.hidden = !told;
    if (number && !told) {
      setTimeout(show, PATIENCE);
    }
  }

  function refusedOne(entry) {
    const one = byId("refused-one").content.cloneNode(true);
    const part = (name) => one.querySelector(`[data-${name}]`);
    part("heading").textContent = entry.heading || "Not counted";
    part("choice").textContent = entry.said || "your decision";
    part("title").textContent = entry.title || "";
    part("problem").textContent = entry.problem;
    const note = (entry.body.find(([name]) => name === "note") || [])[1];
    part("note").textContent = note || "";
    part("note-line").hidden = !note;
    if (entry.page) {
      part("open").href = entry.page;
    } else {
      part("open").remove();
    }
    part("put-away").addEventListener("click", () => {
      localStorage.removeItem(entry.key);
      showRefused();
    });
    return one;
  }

  function showRefused() {
    byId("refused")?.replaceChildren(...stored(REFUSED).map(refusedOne));
  }

  // Signing out with decisions that wait: asked first.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const number = entries().length;
    const warning = byId("sign-out-warning");
    if (!form.matches("[data-sign-out]") || !number || !warning) {
      return;
    }
    event.preventDefault();
    const count = number === 1 ? "1 decision waits" : `${number} decisions wait`;
    byId("sign-out-title").textContent = `${count} to be sent`;
    warning.onclose = () => warning.returnValue === "leave" && form.submit();
    warning.showModal();
  });

  document.addEventListener("twofold:refused", showRefused);
  window.addEventListener("online", wake);
  window.addEventListener("offline", () => {
    state = "offline";
    show();
  });
  window.addEventListener("focus", wake);
  window.addEventListener("pageshow", wake);
  window.addEventListener("storage", (event) => {
    if (event.key?.startsWith(REFUSED)) {
      showRefused();
    }
    show();
  });

  twofold.queue = {
    add,
    ask,
    entries,
    person,
    uuid,
    prefix: QUEUED,
    giveExtras: (given) => {
      extras = given;
    },
  };
})();
