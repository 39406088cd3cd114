// Until the app itself is there: decides the page's language, and says in words when a file of the
// page does not come, comes damaged, or keeps the person waiting, or when this browser can't run it.
// The app's own files report their troubles themselves; those of extensions, of scripts that a host
// adds and of whatever else shares the document are not told. Written so that old browsers read it.
// Afterwards it leads the keys and the view from page to page, and keeps drops and translators in their places.
"use strict";
(() => {
  const WORDS = {
    en: {
      again: "Try again",
      program: "The page's program",
      fail: what =>
        `${what} could not be loaded, or is damaged. What you drew is kept; check the connection and try again.`,
      late: "The page is still being loaded: the connection is slow, or has stopped. Wait a little more, or try again.",
      off: "WebAssembly is switched off in this browser, and Twinglyph computes by it. Allow it in the browser's settings (lockdown modes and strict security switch it off), or open this page in another browser.",
      old: "This browser is too old for Twinglyph, which needs WebAssembly with SIMD: Chrome or Edge 91, Firefox 89, Safari 16.4, or newer. Update it, or open this page in another browser.",
    },
    ja: {
      again: "もう一度試す",
      program: "ページのプログラム",
      fail: what =>
        `${what}を読み込めなかったか、壊れています。描いたものは保存されています。接続を確認して、もう一度お試しください。`,
      late: "ページをまだ読み込んでいます。接続が遅いか、途切れています。もう少し待つか、もう一度お試しください。",
      off: "このブラウザーではWebAssemblyが無効になっていますが、Twinglyphの計算に必要です。ブラウザーの設定で有効にするか（ロックダウンモードや厳しいセキュリティ設定では無効になります）、別のブラウザーでこのページを開いてください。",
      old: "このブラウザーはTwinglyphには古すぎます。SIMD対応のWebAssemblyが必要です（Chrome・Edge 91、Firefox 89、Safari 16.4以降）。更新するか、別のブラウザーでこのページを開いてください。",
    },
  };
  const here = new URL(".", location).href;
  // Is this the document that other pages embed (docs/embedding.md)? In a frame of another origin's page the app is
  // none: a person could press there what they don't see. It shows what that document shows, and hears nobody.
  const isEmbedded = () => document.querySelector("meta[name=twinglyph-embed]");
  const isForeign = () => {
    try {
      for (let at = window; at !== at.parent; at = at.parent) if (!at.parent.document) return true;
    } catch (error) {
      return true;
    }
    return false;
  };
  const isMade = Boolean(isEmbedded());
  if (!isMade && isForeign()) {
    const meta = document.createElement("meta");
    meta.name = "twinglyph-embed";
    meta.content = "refused";
    document.head.append(meta);
  }
  // What was chosen on the page (src/ui/persistence.rs).
  const settings = (() => {
    try {
      const key = "twinglyph.settings";
      const kept = localStorage.getItem(key + new URL(here).pathname) || localStorage.getItem(key);
      return JSON.parse(kept) || {};
    } catch (error) {
      return {};
    }
  })();
  // The address's language, else the one that was chosen, else the first of the browser's that the page speaks.
  // The app follows what is written into the document here.
  const query = new URLSearchParams(location.search);
  // Some hosts drop the query when they lead on to another address.
  const fragment = new URLSearchParams(location.hash.split("?")[1] || "");
  const address = {
    get: name => query.get(name) || fragment.get(name),
    has: name => query.has(name) || fragment.has(name),
  };
  const wishes = [address.get("lang"), settings.language].concat(navigator.languages || []);
  const primary = wishes.map(wish => String(wish).toLowerCase().split("-")[0]);
  const language = primary.find(wish => Object.keys(WORDS).includes(wish)) || "en";
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

  // What the document says where nothing else does.
  const hide = () => {
    const start = document.getElementById("start");
    if (start) start.remove();
  };
  const say = text => {
    if (!notice) {
      notice = document.createElement("div");
      notice.className = "notice";
      notice.setAttribute("role", "alert");
      notice.dataset.testid = "boot-error";
      const button = document.createElement("button");
      button.className = "button";
      button.textContent = words.again;
      button.dataset.testid = "boot-retry";
      button.addEventListener("click", async () => {
        button.disabled = true;
        // Past the browser's cache, which would keep a damaged file for a year.
        const control = new AbortController();
        setTimeout(() => control.abort(), 2 * LATE);
        const fresh = { cache: "reload", signal: control.signal };
        await Promise.all(files().map(file => fetch(file, fresh).catch(() => undefined)));
        location.reload();
      });
      notice.append(document.createElement("p"), button);
      const show = () => {
        document.body.prepend(notice);
        hide();
      };
      if (document.body) show();
      else addEventListener("DOMContentLoaded", show);
    }
    notice.firstChild.textContent = text;
  };
  // The build names the page's files by their digests.
  const own = address => address.startsWith(here) && /-[0-9a-f]{10,16}(_bg)?\.\w+$/.test(address);
  const files = () => {
    const all = document.querySelectorAll("link[href], script[src]");
    return Array.from(all, one => one.href || one.src).filter(own);
  };
  const end = text => {
    if (broken) return;
    broken = true;
    say(text);
    tell();
  };
  const fail = what => end(words.fail(what));
  const name = address => new URL(address).pathname.split("/").pop();

  // The leader starts beside the page, which takes it over with what it has said, if it is named as the page would
  // name it (src/client.rs).
  const begin = script => {
    const model = (address.get("model") || settings.model) === "compact" ? "compact" : "deep";
    const name = `4000 models/${model}.safetensors`;
    const begun = { name, said: [], stopped: false };
    try {
      begun.worker = new Worker(script, { type: "module", name: `${name} early` });
    } catch (error) {
      return;
    }
    begun.worker.onmessage = ({ data }) => begun.said.push(data);
    begun.worker.onerror = event => {
      event.preventDefault();
      begun.stopped = true;
    };
    window.twinglyphLeader = begun;
    // The line is the page's until its program is here. Browsers that don't tell of files leave it to the page.
    if (!window.PerformanceObserver) return;
    const watch = new PerformanceObserver(list => {
      if (!list.getEntries().some(({ name }) => own(name) && name.endsWith("_bg.wasm"))) return;
      watch.disconnect();
      if (window.twinglyphLeader === begun) begun.worker.postMessage("bring");
    });
    watch.observe({ type: "resource", buffered: true });
  };

  // The document that other pages embed says that it is here as soon as it is. The port that is sent for it
  // waits for the app, or is told why there is none.
  let port = null;
  const tell = () => {
    if (port) port.postMessage(JSON.stringify({ twinglyph: 1, tell: "refused", why: notice.textContent }));
  };
  if (parent !== window && isMade) {
    // The pad alone: what lies behind the frame is its ground from the first.
    if (address.has("pad")) document.documentElement.className = "bare";
    addEventListener("message", ({ source, ports }) => {
      if (source !== parent || port || !ports[0]) return;
      [port] = ports;
      window.twinglyphPort = port;
      dispatchEvent(new Event("twinglyph-port"));
      if (broken) tell();
    });
    // To anybody: it says nothing but that a frame is here, which who embeds it knows.
    parent.postMessage('{"twinglyph":1,"tell":"here"}', "*");
  }

  // A module that computes with SIMD, as all of ours do.
  const SIMD = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11];
  if (typeof WebAssembly !== "object") end(words.off);
  else if (!WebAssembly.validate(new Uint8Array(SIMD))) end(words.old);
  else if (!isEmbedded()) {
    const { content } = document.querySelector("meta[name=twinglyph-engine]");
    if (content) begin(content);
  }

  addEventListener("error", event => {
    const { target } = event;
    if (target === window) {
      if (!up && event.error && own(event.filename)) fail(words.program);
    } else if (target.tagName === "LINK") {
      if (own(target.href) && target.rel !== "icon") fail(name(target.href));
    } else if (target.tagName === "SCRIPT" && !up) {
      if (own(target.src)) fail(name(target.src));
      // The script in the document that starts the page's module.
      else if (target.text.includes("TrunkApplicationStarted")) fail(words.program);
    }
  }, true);
  // The module does not start (xtask/src/page.rs); bytes with the right digest that can't be compiled are
  // no damage.
  addEventListener("twinglyph-broken", ({ detail }) => {
    if (broken) return;
    if (detail instanceof WebAssembly.CompileError) end(words.old);
    else fail(words.program);
  });
  // A style or a digest that failed is told on: the page is not as it should be.
  const calm = () => {
    if (up && !broken && late.size === 0 && notice) notice.remove();
  };
  addEventListener("TrunkApplicationStarted", () => {
    up = true;
    hide();
    calm();
  });
  setTimeout(() => {
    if (up || broken) return;
    // Nothing is painted while a style is awaited, but for one that is not for screens.
    for (const link of document.querySelectorAll("link[rel=stylesheet]")) {
      if (!link.sheet && own(link.href)) {
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

  // After a change of page the keys, and who reads the page aloud, go on at its heading. Back returns to where one
  // was. The page may still have to be fetched; who acts meanwhile is left where they are.
  const ARRIVAL = 10000;
  const places = new Map();
  const pageOf = hash => hash.split("?")[0];
  let page = pageOf(location.hash);
  // Of the browser's history, which keeps its number.
  let entry = 0;
  // The next look at the page that is coming; below 0 before the app heard of the change.
  let arriving = 0;
  const stay = () => {
    cancelAnimationFrame(arriving);
    arriving = 0;
  };
  const enter = () => {
    entry = (history.state && history.state.entry) || Date.now();
    history.replaceState({ entry }, "");
  };
  const arrive = (top, until) => {
    const main = document.querySelector("main:not([hidden])");
    const heading = main && main.querySelector("h1");
    if (heading && !main.contains(document.activeElement)) {
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
    }
    scrollTo(0, top);
    const done = (heading && Math.abs(scrollY - top) < 2) || Date.now() > until;
    arriving = done ? 0 : requestAnimationFrame(() => arrive(top, until));
  };
  enter();
  // The way past the head: the address's fragment names a page.
  addEventListener("click", event => {
    if (!event.target.closest(".skip")) return;
    event.preventDefault();
    document.getElementById("content").focus();
  });
  for (const kind of ["wheel", "pointerdown", "keydown"]) addEventListener(kind, stay, true);
  addEventListener("scroll", () => {
    if (!arriving) places.set(entry, scrollY);
  });
  addEventListener("popstate", () => {
    enter();
    if (pageOf(location.hash) !== page) arriving = -1;
  });
  addEventListener("hashchange", () => {
    enter();
    if (pageOf(location.hash) === page) return;
    stay();
    page = pageOf(location.hash);
    const top = places.get(entry) || 0;
    arriving = requestAnimationFrame(() => arrive(top, Date.now() + ARRIVAL));
  });

  // A file or a link that is dropped beside its place would take the place of the page. Where one can be
  // dropped, the app says so after this.
  for (const kind of ["dragover", "drop"]) {
    addEventListener(kind, event => {
      const { dataTransfer, target } = event;
      const types = dataTransfer ? Array.from(dataTransfer.types) : [];
      const taken = types.includes("Files") || (types.includes("text/uri-list") && target.tagName !== "INPUT");
      if (!taken) return;
      event.preventDefault();
      dataTransfer.dropEffect = "none";
    });
  }

  // A translator puts an element with a copy in the place of a text. The app's own text waits in an
  // element outside the document until the app changes it, removes it or puts something beside it: then
  // what is there takes its place back, to be translated anew.
  const copies = new WeakSet();
  new MutationObserver(records => {
    for (const { removedNodes, addedNodes, previousSibling, nextSibling } of records) {
      const texts = Array.from(removedNodes).filter(node => node.nodeType === 3 && !node.parentNode);
      if (!texts.length) continue;
      const beside = Array.from(addedNodes).concat(previousSibling, nextSibling);
      const copy = beside.find(node => node && node.tagName === "FONT" && !copies.has(node));
      if (!copy) continue;
      copies.add(copy);
      const aside = document.createElement("span");
      aside.append(...texts);
      new MutationObserver(() => copy.replaceWith(...aside.childNodes)).observe(aside, {
        childList: true, characterData: true, subtree: true,
      });
    }
  }).observe(document, { childList: true, subtree: true });
})();
