// The service worker: the app without a network. `cargo xtask build` fills in the list of files
// (xtask/src/offline.rs), so a worker knows one version of the app and serves no file of another.
//
// A file is kept under its digest, so what a new version has in common with the old one is not
// fetched again, and both can be there until the new one is used. Nothing is kept that does not have
// its digest: the browser checks `integrity` before it hands a byte over.
"use strict";

// Path: [digest as in `integrity`, bytes, part]. Parts: "app" is kept at once, "more" once it was
// used or all is asked for; what is not listed is none of this worker's business.
const FILES = new Map(Object.entries({/* FILES */}));

const STORE = "twinglyph";
const SCOPE = new URL(self.registration.scope);

const place = path => new URL(`.kept/${encodeURIComponent(FILES.get(path)[0])}`, SCOPE).href;

const pathOf = url => decodeURIComponent(url.pathname.slice(SCOPE.pathname.length)) || "index.html";

// The file, kept or fetched and kept. A full store keeps nobody from using the file.
async function file(path, keep = put => put.catch(() => undefined)) {
  const store = await caches.open(STORE);
  const kept = await store.match(place(path));
  if (kept) return kept;
  const [integrity] = FILES.get(path);
  const bring = cache => fetch(new Request(new URL(path, SCOPE), { integrity, cache }));
  // What the browser's own cache has may be damaged.
  const response = await bring("default").catch(() => bring("reload"));
  if (!response.ok) return response;
  await keep(store.put(place(path), response.clone()));
  return response;
}

// As `file`, but it must be kept.
async function hold(path) {
  const response = await file(path, put => put);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
}

async function state() {
  const store = await caches.open(STORE);
  const kept = new Set((await store.keys()).map(request => request.url));
  const sum = { kind: "kept", bytes: 0, rest: 0, alphabets: 0, of: 0 };
  for (const [path, [, bytes, part]] of FILES) {
    const here = kept.has(place(path));
    sum[here ? "bytes" : "rest"] += bytes;
    if (part === "more" && path.endsWith(".png")) {
      sum.of += 1;
      sum.alphabets += here;
    }
  }
  return sum;
}

self.addEventListener("install", event => {
  event.waitUntil((async () => {
    for (const [path, [, , part]] of FILES) {
      if (part === "app") await hold(path);
    }
  })());
});

self.addEventListener("activate", event => {
  event.waitUntil((async () => {
    const store = await caches.open(STORE);
    const wanted = new Set([...FILES.keys()].map(place));
    for (const request of await store.keys()) {
      if (!wanted.has(request.url)) await store.delete(request);
    }
    // What the page asks for from now on is kept in its first visit, too.
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", event => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || !url.href.startsWith(SCOPE.href)) return;
  const path = pathOf(url);
  if (FILES.has(path)) event.respondWith(file(path));
});

self.addEventListener("message", event => {
  const tell = detail => event.source.postMessage(detail);
  if (event.data === "update") {
    self.skipWaiting();
  } else if (event.data.used) {
    // What the page had fetched before there was a worker.
    event.waitUntil((async () => {
      for (const address of event.data.used) {
        const url = new URL(address);
        if (url.href.startsWith(SCOPE.href) && FILES.has(pathOf(url))) {
          await file(pathOf(url)).catch(() => undefined);
        }
      }
      tell(await state());
    })());
  } else if (event.data === "all") {
    event.waitUntil((async () => {
      const total = FILES.size;
      let done = 0;
      try {
        for (const path of FILES.keys()) {
          await hold(path);
          done += 1;
          tell({ kind: "keeping", done, total });
        }
      } catch (error) {
        tell({ kind: "failed", why: error.name === "QuotaExceededError" ? "storage" : "network" });
      }
      tell(await state());
    })());
  }
});
