// Shows the counter when the network is away. The network goes first: what is kept is the last page that worked.
const KEPT = "kringmarkt-balie-1";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => {
  const keep = event.data && event.data.keep;
  if (Array.isArray(keep)) event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll(keep)));
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  const asset = url.pathname.startsWith("/static/");
  if (asset || url.pathname === "/milieustraat") event.respondWith(answered(event.request, asset));
});

async function answered(request, asset) {
  const cache = await caches.open(KEPT);
  const kept = await cache.match(request, { ignoreSearch: !asset });
  if (asset && kept) return kept;
  try {
    const answer = await fetch(request);
    // A page for signing in must not take the place of the counter.
    if (answer.ok && !answer.redirected) await cache.put(asset ? request : new URL(request.url).pathname, answer.clone());
    return answer;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}
