// The live page: shows the pictures of a session's tab and sends on what the person does.
// Keeps nothing: what is typed goes out with the next request and is forgotten.
import { follow, request } from "/dashboard/token.js";

const base = location.pathname.replace(/\/$/, "");
const part = (id) => document.getElementById(id);
const [screen, picture, notice] = ["screen", "picture", "notice"].map(part);
const controls = ["done", "restart", "leave"].map(part);

const ENDINGS = {
  "signed-in": "Done. The portal says that you are signed in; the session goes on by itself. You can close this page.",
  "given-up": "Given up. The session still waits for a person.",
  "out-of-time": "The time is over. The session still waits for a person.",
  "refused": "The portal refused the account, so the session was ended.",
  "session-closed": "The session was closed by somebody else.",
  "browser-lost": "The session lost its browser. Ask for the operation again.",
  "host-stopping": "The host is stopping. Try again when it is back.",
};

let events = null;
let size = null;
let endsAt = 0;

// What happened since the last request, sent in order, one request at a time.
let waiting = [];
let sending = false;
const MOST = 64;

function say(text) { notice.textContent = text || ""; }

async function call(method, path, body) {
  const options = { method };
  if (body !== undefined) {
    options.headers = { "content-type": "application/json" };
    options.body = JSON.stringify(body);
  }
  const answer = await request(base + path, options);
  return answer.status === 200 ? answer.json() : null;
}

async function tell(path, body) {
  try { await call("POST", path, body); } catch (error) { say(error.message); }
}

async function send() {
  if (sending) return;
  sending = true;
  while (waiting.length > 0) {
    const gestures = waiting.splice(0, MOST);
    await tell("/gestures", { gestures });
  }
  sending = false;
}

function act(gesture) {
  const last = waiting[waiting.length - 1];
  if (last && last.do === "text" && gesture.do === "text") last.text += gesture.text;
  else if (last && last.do === "move" && gesture.do === "move") waiting[waiting.length - 1] = gesture;
  else waiting.push(gesture);
  send();
}

// From the picture as it is shown to the page as it is.
function place(event) {
  const shown = picture.getBoundingClientRect();
  const scaled = (at, from, shownSize, pageSize) =>
    Math.min(Math.max((at - from) * pageSize / shownSize, 0), pageSize - 1);
  return {
    x: scaled(event.clientX, shown.left, shown.width, size.width),
    y: scaled(event.clientY, shown.top, shown.height, size.height),
  };
}

// A press is a click until the pointer moves away with it; then it is a drag. A finger moves the picture instead.
const DRAG_PX = 5;
let pressed = null;

screen.addEventListener("pointerdown", (event) => {
  if (!size || event.button !== 0) return;
  event.preventDefault();
  screen.focus({ preventScroll: true });
  if (event.pointerType !== "touch") screen.setPointerCapture(event.pointerId);
  pressed = { at: place(event), x: event.clientX, y: event.clientY, dragged: false };
});
screen.addEventListener("pointermove", (event) => {
  if (!size) return;
  if (event.pointerType === "touch") return;
  if (pressed && !pressed.dragged
      && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > DRAG_PX) {
    pressed.dragged = true;
    act({ do: "move", ...pressed.at });
    act({ do: "press", ...pressed.at });
  }
  if (!pressed || pressed.dragged) move(event);
});
screen.addEventListener("pointerup", (event) => {
  if (!pressed) return;
  if (pressed.dragged) {
    act({ do: "move", ...place(event) });
    act({ do: "release", ...place(event) });
  } else act({ do: "click", ...pressed.at });
  pressed = null;
});
screen.addEventListener("pointercancel", () => {
  if (pressed && pressed.dragged) act({ do: "release", ...pressed.at });
  pressed = null;
});
screen.addEventListener("wheel", (event) => {
  if (!size) return;
  event.preventDefault();
  const unit = event.deltaMode === 1 ? 20 : 1;
  act({ do: "wheel", ...place(event), dx: event.deltaX * unit, dy: event.deltaY * unit });
}, { passive: false });

// Menus and hints of the page open under the pointer, so it is followed, but not every step of it.
const MOVE_MS = 100;
let movedAt = 0;
function move(event) {
  if (event.timeStamp - movedAt < MOVE_MS) return;
  movedAt = event.timeStamp;
  act({ do: "move", ...place(event) });
}

const KEYS = new Set(["Enter", "Tab", "Backspace", "Delete", "Escape", "ArrowLeft", "ArrowRight",
  "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"]);

screen.addEventListener("keydown", (event) => {
  if (event.key === "F2") { part("done").focus(); return; }
  const writes = event.getModifierState("AltGraph");
  if (event.isComposing || event.metaKey || (event.ctrlKey && !writes)) return;
  if (KEYS.has(event.key)) {
    event.preventDefault();
    act({ do: "key", key: event.key, shift: event.shiftKey });
  } else if ([...event.key].length === 1) {
    event.preventDefault();
    act({ do: "text", text: event.key });
  }
});
document.addEventListener("paste", (event) => {
  if (document.activeElement !== screen) return;
  event.preventDefault();
  const text = event.clipboardData.getData("text");
  if (text) act({ do: "text", text });
});

part("typing").addEventListener("submit", (event) => {
  event.preventDefault();
  const typed = part("typed");
  if (typed.value) act({ do: "text", text: typed.value });
  typed.value = "";
});
part("enter").addEventListener("click", () => act({ do: "key", key: "Enter" }));
part("tab").addEventListener("click", () => act({ do: "key", key: "Tab" }));
part("window").addEventListener("click", () => act({ do: "close-window" }));
part("dialog-yes").addEventListener("click", () => tell("/dialog", { accept: true }));
part("dialog-no").addEventListener("click", () => tell("/dialog", { accept: false }));
part("done").addEventListener("click", () => tell("/done", {}));
part("restart").addEventListener("click", () => tell("/restart", {}));
part("leave").addEventListener("click", () => call("DELETE", "").catch((error) => say(error.message)));
part("again").addEventListener("click", open);

function showFrame({ jpeg, width, height, windows }) {
  size = { width, height };
  picture.src = `data:image/jpeg;base64,${jpeg}`;
  part("window").hidden = windows < 2;
  if (!part("view").hidden) return;
  part("view").hidden = false;
  // Where the picture is wider than the screen, begin in its middle: forms stand there.
  screen.scrollLeft = (screen.scrollWidth - screen.clientWidth) / 2;
}

function showDialog({ text }) {
  const dialog = part("dialog");
  dialog.hidden = text === null;
  part("dialog-text").textContent = text || "";
  if (text !== null) part("dialog-yes").focus();
}

function showEnd({ why }) {
  close();
  document.body.dataset.ended = why;
  say(ENDINGS[why] || "The view has ended.");
  part("again").hidden = !["given-up", "out-of-time", "host-stopping"].includes(why);
}

function close() {
  if (events) events.abort();
  events = null;
  size = null;
  endsAt = 0;
  waiting = [];
  for (const id of ["view", "dialog", "window"]) part(id).hidden = true;
  for (const control of controls) control.hidden = true;
  part("time").textContent = "–";
}

async function open() {
  part("again").hidden = true;
  delete document.body.dataset.ended;
  say("Opening the session's page…");
  let view;
  try {
    view = await call("POST", "", {});
  } catch (error) {
    say(error.message);
    part("again").hidden = false;
    return;
  }
  part("account").textContent = view.username;
  part("reason").textContent = view.operator_reason;
  endsAt = performance.now() + view.time_left_ms;
  for (const control of controls) control.hidden = false;
  say("");
  listen();
}

const SHOW = { frame: showFrame, dialog: showDialog, notice: ({ text }) => say(text), ended: showEnd };
const AGAIN_MS = 1000;

async function listen() {
  const mine = new AbortController();
  events = mine;
  while (events === mine) {
    try {
      await follow(`${base}/events`, (name, data) => {
        if (events === mine && SHOW[name]) SHOW[name](JSON.parse(data));
      }, mine.signal);
    } catch (error) {
      // The host said that there is no view any more; a connection that broke is tried again.
      if (events === mine && error.status) {
        close();
        say("The connection to the host ended.");
        part("again").hidden = false;
      }
    }
    if (events === mine) await new Promise((again) => setTimeout(again, AGAIN_MS));
  }
}

setInterval(() => {
  if (!endsAt) return;
  const seconds = Math.max(Math.round((endsAt - performance.now()) / 1000), 0);
  part("time").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}, 1000);

open();
