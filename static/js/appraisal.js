// Hides the questions that are not asked. Without this script they stay in sight, each
// with the words that say when it is to be answered.
"use strict";

function hideUnasked() {
  for (const question of document.querySelectorAll("[data-unasked]")) {
    question.hidden = true;
  }
}

hideUnasked();
document.addEventListener("htmx:after:swap", hideUnasked);
