// A form that is half filled in is kept on the server while it is typed, and photos are sent as soon as they are chosen.
const PAUSE_MS = 700;
const LONGEST_SIDE = 1600;

export function keepDrafts() {
  const form = document.querySelector("form[data-keep]");
  if (!form) return;
  let waiting = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => keep(form), PAUSE_MS);
  });
  const chooser = form.querySelector('input[type="file"][data-photos]');
  if (chooser) chooser.addEventListener("change", () => sendPhotos(form, chooser));
}

async function keep(form) {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") fields.append(name, value);
  const answer = await fetch(form.dataset.keep, { method: "POST", body: fields }).catch(() => null);
  const told = form.querySelector("[data-kept]");
  if (told) told.textContent = answer && answer.ok ? await answer.text() : told.dataset.failed;
}

async function sendPhotos(form, chooser) {
  const told = form.querySelector("[data-photo-state]");
  const list = form.querySelector("[data-photo-list]");
  for (const file of chooser.files) {
    const fields = new FormData();
    fields.append("form_token", form.elements.form_token.value);
    fields.append("photo", await smaller(file), file.name);
    told.textContent = told.dataset.busy;
    const answer = await fetch(chooser.dataset.photos, { method: "POST", body: fields }).catch(() => null);
    if (answer && answer.ok) {
      list.insertAdjacentHTML("beforeend", await answer.text());
      told.textContent = told.dataset.done;
    } else {
      told.textContent = answer ? await answer.text() : told.dataset.failed;
    }
  }
  chooser.value = "";
  form.dispatchEvent(new Event("input"));
}

// A phone makes photos of many megabytes: they are made smaller before they are sent. The server does it again.
export async function smaller(file) {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    if (scale === 1 && file.size < 500_000) return file;
    const canvas = new OffscreenCanvas(Math.round(picture.width * scale), Math.round(picture.height * scale));
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await canvas.convertToBlob({ type: "image/jpeg", quality: 0.82 });
  } catch {
    return file;
  }
}
