// What every page gets: each part works on a page that was complete without it.
import htmx from "htmx.org";
import { listen } from "./live.js";
import { keepDrafts } from "./drafts.js";

// No evaluated code and no inline style: the Content-Security-Policy of the pages forbids both.
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0;

document.documentElement.classList.add("script");

// The token of the forms goes with every request that changes something.
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector('meta[name="form-token"]');
  if (event.detail.verb !== "get" && token) event.detail.headers["X-Form-Token"] = token.content;
});

// A refused form comes back with its sentences: show it, and go to the summary of what is wrong.
document.addEventListener("htmx:beforeSwap", (event) => {
  if ([400, 409, 413, 415, 422].includes(event.detail.xhr.status)) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

function focusErrors() {
  const summary = document.getElementById("error-summary");
  if (summary) summary.focus();
}

for (const details of document.querySelectorAll("details[data-open-wide]")) {
  if (matchMedia("(min-width: 62rem)").matches) details.open = true;
}

focusErrors();
keepDrafts();
listen();
