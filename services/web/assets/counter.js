// The counter of a recycling centre: each lot goes into a queue on the device first, and from there to the server.
import { smaller } from "./drafts.js";
import { all, put, remove } from "./queue.js";

const form = document.querySelector("form[data-counter]");
const told = document.getElementById("queue");
const AGAIN_MS = 10_000;
let emptying = null;

if (form && "indexedDB" in window) {
  form.addEventListener("submit", register);
  addEventListener("online", empty);
  setInterval(empty, AGAIN_MS);
  empty();
}
if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/milieustraat/werker.js", { scope: "/milieustraat" }).then(async () => {
    const ready = await navigator.serviceWorker.ready;
    const loaded = performance.getEntriesByType("resource").map((entry) => new URL(entry.name));
    const own = loaded.filter((url) => url.origin === location.origin && url.pathname.startsWith("/static/"));
    ready.active.postMessage({ keep: ["/milieustraat", ...own.map((url) => url.pathname)] });
  });
}

// What is plainly incomplete goes the usual way: the server says what is missing, in the visitor's language.
async function register(event) {
  const fields = new FormData(form);
  const complete = fields.get("concept") && fields.get("condition") && Number(String(fields.get("quantity")).replace(",", ".")) > 0;
  if (!complete && navigator.onLine) return;
  event.preventDefault();
  if (!complete) return form.reportValidity();
  // At once: whoever is quick fills in the next lot while the photo of this one is made smaller.
  form.reset();
  form.querySelector("input[name=concept]").focus();
  const photo = fields.get("photo");
  const lot = { key: crypto.randomUUID(), at: Date.now(), fields: {}, photo: photo && photo.size ? await smaller(photo) : null };
  for (const [name, value] of fields) if (typeof value === "string") lot.fields[name] = value;
  await put(lot);
  told.textContent = told.dataset.kept;
  await emptying;
  await empty();
}

function empty() {
  emptying ??= sendAll().finally(() => (emptying = null));
  return emptying;
}

async function sendAll() {
  const lots = (await all()).sort((one, other) => one.at - other.at);
  let left = lots.length;
  let state = "waiting";
  for (const lot of lots) {
    const answer = await sent(lot);
    if (answer === null) break;
    if (answer.status === 401 || answer.status === 403) {
      state = "stuck";
      break;
    }
    if (answer.status >= 500) break;
    await remove(lot.key);
    left -= 1;
  }
  if (left > 0) told.textContent = told.dataset[state].replace("{n}", left);
  else if (lots.length > 0) told.textContent = told.dataset.empty;
  told.dataset.left = left;
}

async function sent(lot) {
  const body = new FormData();
  for (const [name, value] of Object.entries(lot.fields)) body.append(name, value);
  body.set("form_token", form.elements.form_token.value);
  body.append("key", lot.key);
  body.append("wachtrij", "1");
  if (lot.photo) body.append("photo", lot.photo, "foto.jpg");
  return fetch("/milieustraat", { method: "POST", body }).catch(() => null);
}
