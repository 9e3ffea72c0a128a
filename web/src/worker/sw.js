// Keeps the shell of the client, so that it opens offline: the page and its scripts, as one version.
// What the server answers is never kept: messages belong to accounts, and a cache does not know
// whose it is. The build fills in the version and its files.
const VERSION = '__VERSION__';
const FILES = ['__FILES__'];
const PREFIX = 'visavis-shell-';
const CACHE = PREFIX + VERSION;
/** A page that is still open goes on with the files of its own version: this many are kept. */
const VERSIONS_MAX = 2;
/** A network that takes longer to give the page counts as none. */
const PAGE_MS_MAX = 4_000;

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(['/', ...FILES])).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(forgetOld().then(() => self.clients.claim()));
});

/** Names come in the order in which the caches were made. */
async function forgetOld() {
  const others = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(others.slice(0, others.length - (VERSIONS_MAX - 1)).map((name) => caches.delete(name)));
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (request.mode === 'navigate') {
    if (url.pathname.startsWith('/u/') || url.pathname === '/' || url.pathname === '/sign-in') event.respondWith(page(request));
  } else if (url.pathname.startsWith('/assets/')) {
    event.respondWith(asset(request));
  }
});

/** The page of the server, so that a new version is there at once; without one, the one that is kept. */
async function page(request) {
  const kept = await (await caches.open(CACHE)).match('/');
  const asked = fetch(request);
  if (!kept) return asked;
  const late = new Promise((resolve) => setTimeout(resolve, PAGE_MS_MAX));
  try {
    const response = await Promise.race([asked, late]);
    return response && response.status < 500 ? response : kept;
  } catch {
    return kept;
  } finally {
    asked.catch(() => undefined);
  }
}

/** Files with a hash in their name never change. */
async function asset(request) {
  const known = await caches.match(request);
  if (known) return known;
  const response = await fetch(request);
  if (response.ok) await (await caches.open(CACHE)).put(request, response.clone());
  return response;
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(show(event.notification.data?.href ?? '/'));
});

/** Opens an address in the page that is there, else in a new one. */
async function show(href) {
  const [open] = await self.clients.matchAll({ type: 'window' });
  if (!open) return self.clients.openWindow(href);
  // The message of a worker goes to a page of its own origin: there is no other to name.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  open.postMessage({ kind: 'open', href });
  // A browser may keep it from coming to the front; the page is right all the same.
  return open.focus().catch(() => undefined);
}
