// Keeps a member's page on her phone: it opens with no network, and is asked for anew whenever there is one. Nothing of hers
// is kept here.
const CACHE = 'own-page-1';

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.add('me'))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))),
      )
      .then(() => self.clients.claim()),
  );
});

self.addEventListener('fetch', (event) => {
  const request = event.request;
  if (request.mode !== 'navigate' || !/\/me\/?$/.test(new URL(request.url).pathname)) return;
  event.respondWith(
    fetch(request)
      .then((answer) => {
        if (answer.ok) {
          const copy = answer.clone();
          event.waitUntil(caches.open(CACHE).then((cache) => cache.put('me', copy)));
        }
        return answer;
      })
      .catch(() => caches.open(CACHE).then((cache) => cache.match('me'))),
  );
});
