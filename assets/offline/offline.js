// The page's side of the service worker: registers it, and passes on what it says. The app hears
// and speaks by events of the window, so that it knows nothing of workers and caches.
"use strict";
(() => {
  const meta = document.querySelector("meta[name=twinglyph-offline]");
  // In a frame of another page nothing is kept.
  if (!meta) return;
  const address = meta.content;
  const workers = navigator.serviceWorker;
  // How often an open page looks for a newer version, milliseconds; it also does when it is looked at again.
  const HOUR = 3600000;
  const tell = detail =>
    dispatchEvent(new CustomEvent("twinglyph-offline", { detail }));
  if (!workers) return;
  if (!address) {
    // A draft of the page: a worker of an earlier build would answer with that one's files. That of a
    // copy in the folder above is none.
    const scope = new URL(".", location).href;
    workers.getRegistration().then(old => old?.scope === scope && old.unregister());
    return;
  }
  let waiting = null;
  let asked = false;
  let had = Boolean(workers.controller);

  // The worker keeps what was used, and what it should have and has not.
  const check = () => workers.ready.then(({ active }) => {
    const used = performance.getEntriesByType("resource").map(entry => entry.name);
    active.postMessage({ used });
  });

  const watch = registration => {
    const ready = worker => {
      // The first version has nothing to replace.
      if (registration.active && worker === registration.waiting) {
        waiting = worker;
        tell({ kind: "update" });
      }
    };
    if (registration.waiting) ready(registration.waiting);
    check();
    addEventListener("online", check);
    // Without a network there is none.
    const look = () => registration.update().catch(() => undefined);
    setInterval(look, HOUR);
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) look();
    });
    registration.addEventListener("updatefound", () => {
      const worker = registration.installing;
      worker.addEventListener("statechange", () => {
        if (worker.state === "installed") ready(worker);
      });
    });
  };

  // The first ranking is there: what is fetched now keeps nobody waiting.
  addEventListener("twinglyph-ready", () => {
    // Where it is refused, as in private windows, the page goes on and keeps nothing.
    workers.register(address).then(watch, async () => {
      const { ok, status } = await fetch(address, { method: "HEAD" });
      if (!ok) tell({ kind: "lacks", file: address, why: String(status) });
    });
  }, { once: true });
  addEventListener("twinglyph-keep", () => {
    workers.ready.then(registration => registration.active.postMessage("all"));
  });
  addEventListener("twinglyph-update", () => {
    asked = true;
    waiting?.postMessage("update");
  });
  workers.addEventListener("message", event => tell(event.data));
  workers.addEventListener("controllerchange", () => {
    // Of a page that had none, the first worker takes nothing away.
    if (asked) location.reload();
    else if (had) tell({ kind: "replaced" });
    had = true;
  });
})();
