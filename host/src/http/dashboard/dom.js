// Parts of the page, and what is said on it.

import { add, h } from "./element.js";
import { Refusal, request } from "./token.js";

export { h };

export const part = (id) => document.getElementById(id);

// Puts other children into a part of the page; the focus and what was unfolded stay where they were, by `data-key`.
export function show(container, ...children) {
  const focused = container.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  const open = new Set([...container.querySelectorAll("details[open][data-key]")].map((one) => one.dataset.key));
  const kept = new Map([...container.querySelectorAll("[data-keep]")].map((one) => [one.dataset.keep, one]));
  container.replaceChildren();
  add(container, children);
  for (const place of container.querySelectorAll("[data-keep]")) {
    const before = kept.get(place.dataset.keep);
    if (before) place.replaceWith(before);
  }
  for (const details of container.querySelectorAll("details[data-key]")) {
    if (open.has(details.dataset.key)) details.open = true;
  }
  if (focused === undefined) return;
  const again = [...container.querySelectorAll("[data-key]")].find((one) => one.dataset.key === focused);
  if (again) again.focus({ preventScroll: true });
}

// Says something to those who look and to those who listen.
let quiet = 0;
export function say(text, isError = false) {
  const line = part("said");
  line.textContent = text;
  line.classList.toggle("error", isError);
  line.hidden = !text;
  clearTimeout(quiet);
  if (text && !isError) quiet = setTimeout(() => say(""), 6000);
}

export function sayWhy(error) {
  if (error.name === "AbortError") return;
  say(error instanceof Refusal ? error.message : `The host cannot be reached: ${error.message}`, true);
}

// Does something once for a press of a button, which cannot be pressed meanwhile.
export function acting(act) {
  return async (event) => {
    const button = event.currentTarget;
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    try { await act(event); } catch (error) { sayWhy(error); } finally { button.removeAttribute("aria-disabled"); }
  };
}

// Asks whether something is meant; true if it is.
export function confirmed(title, text, yes) {
  return new Promise((resolve) => {
    const no = h("button", { type: "button", autofocus: true }, "Cancel");
    const go = h("button", { type: "button", class: "danger", id: "confirm-yes" }, yes);
    const dialog = h("dialog", { "aria-labelledby": "confirm-title" },
      h("h2", { id: "confirm-title" }, title), h("p", {}, text), h("div", { class: "actions" }, no, go));
    const end = (answer) => { dialog.close(); dialog.remove(); resolve(answer); };
    no.addEventListener("click", () => end(false));
    go.addEventListener("click", () => end(true));
    dialog.addEventListener("cancel", (event) => { event.preventDefault(); end(false); });
    document.body.append(dialog);
    dialog.showModal();
  });
}

const WORDS = {
  idle: "Idle", leased: "In use", queued: "Waiting for a place", opening: "Opening", "signing-in": "Signing in",
  suspect: "To be checked", "signed-out": "Signed out", "awaiting-operator": "Needs a person", closing: "Closing",
  waiting: "Waiting", running: "Running", committing: "Submitting", succeeded: "Succeeded", failed: "Failed",
  cancelled: "Cancelled", unknown: "Outcome unknown", served: "Served", "not-served": "Not served", held: "Waits for its caller",
};
const MARKS = {
  idle: "●", succeeded: "✓", served: "✓", leased: "▶", running: "▶", opening: "…", "signing-in": "…", queued: "…", waiting: "…",
  closing: "…", committing: "▲", suspect: "?", unknown: "?", "signed-out": "○", cancelled: "○",
  "awaiting-operator": "!", failed: "✕", "not-served": "✕", held: "‖",
};
const KINDS = {
  idle: "good", succeeded: "good", served: "good", failed: "bad", "not-served": "bad", unknown: "warn", committing: "warn",
  "awaiting-operator": "warn", suspect: "warn", leased: "busy", running: "busy", opening: "busy", "signing-in": "busy", held: "warn",
};

export function badge(state) {
  return h("span", { class: `badge ${KINDS[state] || ""}`, "data-state": state },
    h("span", { "aria-hidden": "true" }, MARKS[state] || "·"), ` ${WORDS[state] || state}`);
}

export function time(text) {
  if (!text) return "–";
  const at = new Date(text);
  const isToday = at.toDateString() === new Date().toDateString();
  const shown = isToday ? at.toLocaleTimeString() : at.toLocaleString();
  return h("time", { datetime: text, title: at.toLocaleString() }, shown);
}

export function lasted(from, to) {
  const seconds = (new Date(to) - new Date(from)) / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

export const short = (id) => id.slice(0, 8);

export function facts(...pairs) {
  const shown = pairs.filter((pair) => pair && pair[1] !== null && pair[1] !== undefined);
  return h("dl", { class: "facts" }, shown.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}

// Has a file of the host saved. A link alone would not show the token.
export async function save(path, name) {
  const blob = await (await request(path)).blob();
  const link = h("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}
