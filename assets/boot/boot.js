// Until the app itself is there: says in words when a file of the page does not come, comes
// damaged, or keeps the person waiting. The app's own files report their troubles themselves.
"use strict";
(() => {
  // Milliseconds until a person is told why there is nothing yet: within 5 s. A slow mobile connection
  // (1 Mbit/s) brings the page within 4.
  const LATE = 4000;
  let notice = null;
  let broken = false;
  let up = false;
  // Styles that are late, and come beside the page.
  const late = new Set();

  const say = text => {
    if (!notice) {
      notice = document.createElement("div");
      notice.className = "notice";
      notice.role = "alert";
      notice.dataset.testid = "boot-error";
      const button = document.createElement("button");
      button.className = "button";
      button.textContent = "Try again";
      button.dataset.testid = "boot-retry";
      button.addEventListener("click", async () => {
        button.disabled = true;
        // Past the browser's cache, which would keep a damaged file for a year.
        const fresh = { cache: "reload", signal: AbortSignal.timeout(2 * LATE) };
        await Promise.allSettled(files().map(file => fetch(file, fresh)));
        location.reload();
      });
      notice.append(document.createElement("p"), button);
      const show = () => document.body.prepend(notice);
      if (document.body) show();
      else addEventListener("DOMContentLoaded", show);
    }
    notice.firstChild.textContent = text;
  };
  const files = () => {
    const all = document.querySelectorAll("link[href], script[src]");
    return Array.from(all, one => one.href ?? one.src);
  };
  const fail = what => {
    if (broken) return;
    broken = true;
    say(`${what} could not be loaded, or is damaged. What you drew is kept; check the connection and try again.`);
  };
  const name = address => new URL(address, location).pathname.split("/").pop();

  addEventListener("error", event => {
    const { target } = event;
    if (up && target.tagName !== "LINK") return;
    if (target === window) fail("The page's program");
    if (target.tagName === "LINK" && target.rel !== "icon") fail(name(target.href));
    if (target.tagName === "SCRIPT") fail(target.src ? name(target.src) : "The page's program");
  }, true);
  addEventListener("unhandledrejection", () => {
    if (!up) fail("The page's program");
  });
  // A style or a digest that failed is told on: the page is not as it should be.
  const calm = () => {
    if (up && !broken && late.size === 0) notice?.remove();
  };
  addEventListener("TrunkApplicationStarted", () => {
    up = true;
    calm();
  });
  setTimeout(() => {
    if (up || broken) return;
    // Nothing is painted while a style is awaited, but for one that is not for screens.
    for (const link of document.querySelectorAll("link[rel=stylesheet]")) {
      if (!link.sheet) {
        late.add(link);
        link.media = "print";
        link.addEventListener("load", () => {
          link.media = "all";
          late.delete(link);
          calm();
        });
      }
    }
    say("The page is still being loaded: the connection is slow, or has stopped. Wait a little more, or try again.");
  }, LATE);
})();
