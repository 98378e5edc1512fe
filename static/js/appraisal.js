// Hides the questions that are not asked; each domain's proposal names them. Without
// this script they stay in sight, each with the words that say when it is to be answered.
"use strict";

function hideUnasked() {
  for (const proposal of document.querySelectorAll("[data-unasked]")) {
    const unasked = proposal.dataset.unasked.split(" ");
    for (const question of proposal.parentElement.querySelectorAll("[data-question]")) {
      question.hidden = unasked.includes(question.dataset.question);
    }
  }
}

hideUnasked();
document.addEventListener("htmx:after:swap", hideUnasked);
