// Talking to the host: with the token of whoever looks, where the host asks for one. Shared with the live page.
// The token is kept for this tab only, and is sent to this host only.

import { h } from "./element.js";

const KEPT = "gantry-token";

export function hasToken() { return sessionStorage.getItem(KEPT) !== null; }
export function forgetToken() { sessionStorage.removeItem(KEPT); }

// Why the host did not do what it was asked: its problem document, if it sent one.
export class Refusal extends Error {
  constructor(status, problem) {
    super(problem.detail || `The host answered ${status}.`);
    this.status = status;
    this.problem = problem;
  }
}

let asking = null;

// Asks for the token, once for all requests that need it; false if the person does not want to.
function askForToken(why) {
  asking ??= new Promise((resolve) => {
    const input = h("input", {
      id: "token", type: "password", autocomplete: "off", spellcheck: "false", required: true, "aria-describedby": "token-why",
    });
    const cancel = h("button", { type: "button" }, "Not now");
    const enter = h("button", { type: "submit", id: "token-enter", class: "primary" }, "Continue");
    const form = h("form", { method: "dialog" },
      h("h2", { id: "token-title" }, "Access token"), h("p", { id: "token-why" }, why),
      h("label", { for: "token" }, "Token"), input, h("div", { class: "actions" }, cancel, enter));
    const dialog = h("dialog", { class: "token-dialog", "aria-labelledby": "token-title" }, form);
    const end = (isGiven) => {
      if (dialog.open) dialog.close();
      dialog.remove();
      asking = null;
      resolve(isGiven);
    };
    cancel.addEventListener("click", () => end(false));
    dialog.addEventListener("cancel", (event) => { event.preventDefault(); end(false); });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      sessionStorage.setItem(KEPT, input.value.trim());
      end(true);
    });
    document.body.append(dialog);
    dialog.showModal();
    input.focus();
  });
  return asking;
}

// As fetch, with the token; asks for one if the host does. An answer that is no success is a Refusal.
export async function request(path, options = {}) {
  for (;;) {
    const headers = new Headers(options.headers);
    const sent = sessionStorage.getItem(KEPT);
    if (sent) headers.set("authorization", `Bearer ${sent}`);
    const answer = await fetch(path, { ...options, headers, credentials: "omit", cache: "no-store" });
    if (answer.ok) return answer;
    const problem = await answer.json().catch(() => ({}));
    const refusal = new Refusal(answer.status, problem);
    if (answer.status !== 401) throw refusal;
    // Another request may have brought a newer one meanwhile.
    if (sessionStorage.getItem(KEPT) === sent) {
      if (problem.code === "token-invalid") forgetToken();
      const why = problem.code === "token-invalid"
        ? "This host does not know that token, or it was revoked. Enter another."
        : "This host asks for a token. It is kept until you close this tab.";
      if (!await askForToken(why)) throw refusal;
    }
  }
}

export async function getJson(path) { return (await request(path)).json(); }

export async function sendJson(method, path, body, headers = {}) {
  const answer = await request(path, {
    method,
    headers: { "content-type": "application/json", ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return answer.status === 204 || !(answer.headers.get("content-type") || "").includes("json") ? null : answer.json();
}

// Reads a stream of server-sent events to its end. EventSource cannot send a token.
export async function follow(path, told, signal) {
  const answer = await request(path, { headers: { accept: "text/event-stream" }, signal });
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += value;
    const events = text.split("\n\n");
    text = events.pop();
    for (const event of events) {
      let name = "message";
      const data = [];
      for (const line of event.split("\n")) {
        if (line.startsWith("event:")) name = line.slice(6).trim();
        else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
      }
      if (data.length > 0) told(name, data.join("\n"));
    }
  }
}
