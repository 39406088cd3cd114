// Until the app itself is there: decides the page's language, and says in words when a file of the
// page does not come, comes damaged, or keeps the person waiting. The app's own files report their
// troubles themselves.
"use strict";
(() => {
  const WORDS = {
    en: {
      again: "Try again",
      program: "The page's program",
      fail: what =>
        `${what} could not be loaded, or is damaged. What you drew is kept; check the connection and try again.`,
      late: "The page is still being loaded: the connection is slow, or has stopped. Wait a little more, or try again.",
    },
    ja: {
      again: "もう一度試す",
      program: "ページのプログラム",
      fail: what =>
        `${what}を読み込めなかったか、壊れています。描いたものは保存されています。接続を確認して、もう一度お試しください。`,
      late: "ページをまだ読み込んでいます。接続が遅いか、途切れています。もう少し待つか、もう一度お試しください。",
    },
  };
  // The address's language, else the one that was chosen on the page, else the first of the
  // browser's that the page speaks. The app follows what is written into the document here.
  const chosen = () => {
    try {
      return JSON.parse(localStorage.getItem("twinglyph.settings")).language;
    } catch {
      return null;
    }
  };
  const wishes = [new URLSearchParams(location.search).get("lang"), chosen(), ...(navigator.languages ?? [])];
  const primary = wishes.map(wish => String(wish).toLowerCase().split("-")[0]);
  const language = primary.find(wish => Object.hasOwn(WORDS, wish)) ?? "en";
  const words = WORDS[language];
  document.documentElement.lang = language;

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
      button.textContent = words.again;
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
    say(words.fail(what));
  };
  const name = address => new URL(address, location).pathname.split("/").pop();

  addEventListener("error", event => {
    const { target } = event;
    if (up && target.tagName !== "LINK") return;
    if (target === window) fail(words.program);
    if (target.tagName === "LINK" && target.rel !== "icon") fail(name(target.href));
    if (target.tagName === "SCRIPT") fail(target.src ? name(target.src) : words.program);
  }, true);
  addEventListener("unhandledrejection", () => {
    if (!up) fail(words.program);
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
    say(words.late);
  }, LATE);
})();
