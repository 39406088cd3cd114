// The service worker: the app without a network. `cargo xtask build` fills in the list of files
// (xtask/src/offline.rs), so a worker knows one version of the app and serves no file of another.
//
// A file is kept under its digest, so what a new version has in common with the old one is not
// fetched again, and both can be there until the new one is used. Nothing is kept that does not have
// its digest, which the browser checks before it hands a byte over; but for the page itself, to which
// hosts add comments and scripts: it must name all files of this version that the built one names.
"use strict";

// Path: [digest as in `integrity`, bytes, part]. Parts: "app" is kept at once, and nothing is kept
// without it; "also" at once, where the host has it; "more" once it was used or all is asked for. What
// is not listed is none of this worker's business.
const LISTED = Object.entries({/* FILES */});

// Of the programs that compute on the CPU there are two builds, and a browser runs one: that with relaxed SIMD where
// it has that and the build is there (crates/worker/worker.js).
const RELAXED = /^engine\/relaxed-/;
const PLAIN = /^engine\/(engine|cpu)-/;
const runsRelaxed = LISTED.some(([path]) => RELAXED.test(path)) && WebAssembly.validate(Uint8Array.of(
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0,
  10, 19, 1, 17, 0, 65, 0, 253, 15, 65, 0, 253, 15, 65, 0, 253, 15, 253, 133, 2, 11,
));
const OTHER = runsRelaxed ? PLAIN : RELAXED;
const FILES = new Map(LISTED.filter(([path]) => !OTHER.test(path)));

// What the page and the engine check themselves.
const DATA = /^(omniglot|models)\//;

// The files that the page names.
const NAMED = [/* NAMED */];

const PAGE = "index.html";
const SCOPE = new URL(self.registration.scope);

// Of this copy of the app: another one on the same origin has its own.
const STORE = `twinglyph${SCOPE.pathname}`;
// Where versions before this one kept the files of all copies, each under its address.
const SHARED = "twinglyph";

const KEPT = new URL(".kept/", SCOPE).href;
const place = path => KEPT + encodeURIComponent(FILES.get(path)[0]);

// The listed file at an address; nothing for any other address, also where it makes no sense.
function listed(address) {
  try {
    const url = new URL(address);
    if (!url.href.startsWith(SCOPE.href)) return undefined;
    const path = decodeURIComponent(url.pathname.slice(SCOPE.pathname.length)) || PAGE;
    return FILES.has(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

// Hosts may lead from index.html to the folder, and no navigation takes an answer that was led on.
const address = path => new URL(path === PAGE ? "." : path, SCOPE);
const plain = response => (response.redirected ? new Response(response.body, response) : response);

class Refused extends Error {
  constructor(path, why) {
    super(`${path}: ${why}`);
    this.why = why;
  }
}

async function bring(path, first) {
  if (path === PAGE) {
    const response = await fetch(address(path), { cache: "no-cache" });
    if (!response.ok) return response;
    const text = await response.clone().text();
    if (!NAMED.every(name => text.includes(name))) throw new Refused(path, "changed");
    return plain(response);
  }
  const [integrity] = FILES.get(path);
  const get = cache => fetch(new Request(address(path), { integrity, cache }));
  // What the browser's own cache has may be damaged.
  return plain(await get(first).catch(() => get("reload")));
}

// The file, kept or fetched and kept. A full store keeps nobody from using the file.
async function file(path, first = "default", keep = put => put.catch(() => undefined)) {
  const store = await caches.open(STORE);
  const kept = await store.match(place(path));
  if (kept) return plain(kept);
  const before = await caches.match(place(path), { cacheName: SHARED });
  const response = before ? plain(before) : await bring(path, first);
  if (response.ok) await keep(store.put(place(path), response.clone()));
  return response;
}

// As `file`, but it must be kept.
async function hold(path) {
  const response = await file(path, "default", put => put);
  if (!response.ok) throw new Refused(path, String(response.status));
}

// Why a file can't be kept: the status that the host answers, "changed" where its bytes are others,
// "storage" or "network".
async function reason(path, error) {
  if (error.why) return error.why;
  if (error.name === "QuotaExceededError") return "storage";
  try {
    const { ok, status } = await fetch(address(path), { method: "HEAD", cache: "no-cache" });
    return ok ? "changed" : String(status);
  } catch {
    return "network";
  }
}

// The addresses of all that is kept.
async function addresses() {
  const store = await caches.open(STORE);
  return new Set((await store.keys()).map(({ url }) => url));
}

// Keeps what is kept at once and isn't there; gives the first that could not be, and why.
async function mend(parts) {
  const kept = await addresses();
  let lacks;
  for (const [path, [, , part]] of FILES) {
    if (!parts.includes(part) || kept.has(place(path))) continue;
    try {
      await hold(path);
    } catch (error) {
      lacks ??= { kind: "lacks", file: path, why: await reason(path, error) };
    }
  }
  return lacks;
}

async function state() {
  const kept = await addresses();
  const sum = { kind: "kept", bytes: 0, rest: 0, alphabets: 0, of: 0, shards: 0, networks: 0 };
  for (const [path, [, bytes]] of FILES) {
    const here = kept.has(place(path));
    sum[here ? "bytes" : "rest"] += bytes;
    if (here && path.startsWith("omniglot/")) sum.shards += bytes;
    if (here && path.startsWith("models/")) sum.networks += bytes;
    if (path.startsWith("omniglot/") && path.endsWith(".png") && path !== "omniglot/preview.png") {
      sum.of += 1;
      sum.alphabets += here;
    }
  }
  return sum;
}

// Says something to every page of this copy, also to those that have no worker yet.
async function announce(detail) {
  for (const client of await self.clients.matchAll({ type: "window", includeUncontrolled: true })) {
    if (client.url.startsWith(SCOPE.href)) client.postMessage(detail);
  }
}

self.addEventListener("install", event => {
  event.waitUntil((async () => {
    const before = await addresses();
    for (const [path, [, , part]] of FILES) {
      if (part !== "app") continue;
      try {
        await hold(path);
      } catch (error) {
        const why = await reason(path, error);
        // A version that doesn't come whole takes no room; where only the network went, the next try goes on from here.
        if (why !== "network") {
          const store = await caches.open(STORE);
          for (const request of await store.keys()) {
            if (!before.has(request.url)) await store.delete(request);
          }
        }
        await announce({ kind: "lacks", file: path, why });
        throw error;
      }
    }
    await mend(["also"]);
  })());
});

self.addEventListener("activate", event => {
  event.waitUntil((async () => {
    const store = await caches.open(STORE);
    const wanted = new Set([...FILES.keys()].map(place));
    for (const request of await store.keys()) {
      if (!wanted.has(request.url)) await store.delete(request);
    }
    if (await caches.has(SHARED)) {
      const shared = await caches.open(SHARED);
      const rest = await shared.keys();
      const own = rest.filter(({ url }) => url.startsWith(KEPT));
      for (const request of own) await shared.delete(request);
      if (own.length === rest.length) await caches.delete(SHARED);
    }
    // What the page asks for from now on is kept in its first visit, too.
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", event => {
  const { request } = event;
  const path = listed(request.url);
  if (request.method !== "GET" || !path) return;
  // A page of another version is better than none. Data are believed by digest by who asks for them, who can say what is
  // wrong with them.
  const passes = request.mode === "navigate" || DATA.test(path);
  const other = error => (passes ? fetch(request) : Promise.reject(error));
  // Who asks past the browser's cache was let down by it, or waits for a download that has stopped.
  const first = request.cache === "reload" ? "reload" : "default";
  event.respondWith(file(path, first).catch(other));
});

self.addEventListener("message", event => {
  const tell = detail => event.source.postMessage(detail);
  if (event.data === "update") {
    self.skipWaiting();
  } else if (event.data.used) {
    // What the page had fetched before there was a worker, and what the store has lost since: the browser may have
    // emptied it, or another page of this origin.
    event.waitUntil((async () => {
      for (const path of event.data.used.map(listed)) {
        if (path) await file(path).catch(() => undefined);
      }
      const lacks = await mend(["app", "also"]);
      tell(await state());
      if (lacks) tell(lacks);
    })());
  } else if (event.data === "all") {
    event.waitUntil((async () => {
      const total = FILES.size;
      let done = 0;
      let lacks;
      for (const path of FILES.keys()) {
        try {
          await hold(path);
        } catch (error) {
          const why = await reason(path, error);
          if (why === "storage" || why === "network") {
            tell({ kind: "failed", why });
            break;
          }
          lacks ??= { kind: "lacks", file: path, why };
        }
        done += 1;
        tell({ kind: "keeping", done, total });
      }
      tell(await state());
      if (lacks) tell(lacks);
    })());
  }
});
