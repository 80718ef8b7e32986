// The dashboard: which view is shown, and when it is shown anew.

import { follow, forgetToken, hasToken } from "./token.js";
import { part, say, sayWhy } from "./dom.js";
import { overview } from "./sessions.js";
import { runsView } from "./runs.js";
import { pluginsView } from "./plugins.js";
import { operationsView } from "./operations.js";

const VIEWS = { overview, operations: operationsView, runs: runsView, plugins: pluginsView };
const TITLES = { overview: "Overview", operations: "Operations", runs: "Runs", plugins: "Plugins" };
const AGAIN_MS = 2000;

// The view that is shown: `changed(lists)` shows what is new, `leave()` ends what it does by itself.
let view = null;
let shown = "";

function where() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  const [name, ...rest] = path.split("/").map(decodeURIComponent);
  return { name: VIEWS[name] ? name : "overview", rest, query: new URLSearchParams(query || "") };
}

async function turn() {
  if (location.hash === shown && view) return;
  // A jump inside the page is no other view.
  if (location.hash === "#main") return;
  const isFirst = view === null;
  shown = location.hash;
  if (view && view.leave) view.leave();
  const { name, rest, query } = where();
  for (const link of document.querySelectorAll("nav a")) {
    if (link.dataset.view === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = `${TITLES[name]} · Gantry`;
  const main = part("main");
  main.replaceChildren();
  main.dataset.view = name;
  say("");
  const mine = VIEWS[name](main, rest, query);
  view = mine;
  if (!isFirst) main.focus({ preventScroll: true });
  window.scrollTo(0, 0);
  await changed(["sessions", "runs", "plugins"]);
}

// What changed while the view is being shown is shown right afterwards, once.
let waiting = new Set();
let busy = false;
async function changed(lists) {
  for (const list of lists) waiting.add(list);
  if (busy) return;
  busy = true;
  while (waiting.size > 0) {
    const now = waiting;
    waiting = new Set();
    const mine = view;
    try { await mine.changed(now); } catch (error) { if (mine === view) sayWhy(error); }
  }
  busy = false;
  part("sign-out").hidden = !hasToken();
}

function connected(state, text) {
  const line = part("connection");
  if (line.dataset.live === state) return;
  line.dataset.live = state;
  line.textContent = text;
}

async function listen() {
  for (;;) {
    try {
      await follow("/v1/events", (name) => {
        connected("yes", "Up to date");
        changed([name]);
      });
    } catch (error) {
      connected("no", error.status === 401 ? "No token" : "Not connected");
      if (error.status) say(error.message, true);
      if (error.status === 401) await new Promise((asked) => {
        part("enter-token").hidden = false;
        part("enter-token").onclick = () => { part("enter-token").hidden = true; say(""); asked(); };
      });
    }
    await new Promise((again) => setTimeout(again, AGAIN_MS));
  }
}

part("sign-out").addEventListener("click", () => { forgetToken(); location.reload(); });
document.querySelector(".skip").addEventListener("click", (event) => { event.preventDefault(); part("main").focus(); });
window.addEventListener("hashchange", turn);
turn();
listen();
