// The overview: sessions with who has them, and the newest runs.

import { getJson, request, sendJson } from "./token.js";
import { acting, badge, confirmed, facts, h, say, short, show, time } from "./dom.js";
import { runRows } from "./runs.js";

const PICTURES_MS = 5000;
const WITH_BROWSER = new Set(["idle", "leased", "suspect", "signed-out", "awaiting-operator", "signing-in"]);
const USES = { operation: "an operation", "keep-alive": "keeping it signed in", "sign-in": "signing in", operator: "a person" };

// A session that awaits a person is looked at every few seconds, and leased for that moment: it awaits one all the same.
const awaits = (session) => Boolean(session.operator_reason) && (!session.in_use || session.in_use.by === "keep-alive");

export function overview(main) {
  const sessions = h("div", { class: "cards", id: "sessions" });
  const count = h("p", { class: "count" });
  const runs = h("div", { id: "latest-runs" });
  main.append(
    h("section", { "aria-labelledby": "sessions-title" },
      h("div", { class: "title" }, h("h1", { id: "sessions-title" }, "Sessions"), count), sessions),
    h("section", { "aria-labelledby": "latest-title" },
      h("div", { class: "title" }, h("h2", { id: "latest-title" }, "Latest runs"), h("a", { href: "#/runs" }, "All runs")), runs));

  let there = [];
  let operations = new Map();
  let mayLook = true;
  let ended = false;

  // Pictures are had one after another, only while somebody can see them.
  async function picture(session) {
    const image = sessions.querySelector(`img[data-keep="picture-${session.session_id}"]`);
    if (!image) return;
    try {
      const jpeg = await (await request(`/v1/sessions/${session.session_id}/screen`)).blob();
      const before = image.src;
      image.src = URL.createObjectURL(jpeg);
      image.hidden = false;
      if (before.startsWith("blob:")) URL.revokeObjectURL(before);
    } catch (error) {
      if (error.status === 403) mayLook = false;
      if (error.status === 403 || error.status === 404) image.hidden = true;
    }
  }

  let picturing = false;
  async function pictures() {
    if (picturing) return;
    picturing = true;
    for (const session of there) {
      if (ended || !mayLook || document.hidden) break;
      if (WITH_BROWSER.has(session.state)) await picture(session);
    }
    picturing = false;
  }
  const timer = setInterval(pictures, PICTURES_MS);

  function card(session) {
    const id = session.session_id;
    const used = session.in_use;
    const run = used && used.run_id;
    const needed = awaits(session);
    const state = session.held_until ? "held" : needed ? "awaiting-operator" : session.state;
    const close = acting(async () => {
      const sure = await confirmed("Close this session?",
        used ? "It is in use. What uses it is ended at once, and its browser is closed." : "Its browser is closed. The next request of the account signs in again.",
        "Close session");
      if (!sure) return;
      await request(`/v1/sessions/${id}?force=${used ? "true" : "false"}`, { method: "DELETE" });
      say(`The session of ${session.username} is closed.`);
    });
    const refresh = acting(async () => {
      say(`Refreshing the session of ${session.username}…`);
      const kept = await sendJson("POST", `/v1/sessions/${id}/refresh`);
      say({ refreshed: "Refreshed: it is signed in.", "signed-in": "It was signed out, and is signed in again.", "gave-way": "Somebody uses it, which keeps it signed in as well." }[kept.result]
        || `Not refreshed (${kept.result}): ${kept.detail || ""}`);
    });
    return h("article", { class: "card session", "data-session": id, "aria-labelledby": `name-${id}` },
      h("div", { class: "screen" },
        h("img", { "data-keep": `picture-${id}`, alt: `The page of ${session.username} as it looks now`, hidden: true }),
        h("span", { class: "no-picture" }, WITH_BROWSER.has(session.state) ? "No picture" : "No browser")),
      h("div", { class: "about" },
        h("div", { class: "line" }, h("h3", { id: `name-${id}` }, session.username), badge(state)),
        session.operator_reason && h("p", { class: "note warn" }, session.operator_reason),
        facts(
          ["Used by", used ? [run ? h("a", { href: `#/runs/${run}` }, operations.get(run) || `run ${short(run)}`) : USES[used.by] || used.by, " since ", time(used.since)] : "nobody"],
          session.held_until && ["Held until", time(session.held_until)],
          ["Waiting for it", String(session.queue_length)],
          ["Last operation", time(session.last_used)],
          ["Next refresh", session.next_refresh ? time(session.next_refresh) : session.keep_alive ? "–" : "not kept signed in"]),
        h("div", { class: "actions" },
          h("a", { class: needed ? "button primary" : "button", href: `/v1/sessions/${id}/live`, target: "_blank", rel: "opener", "data-key": `live-${id}` },
            needed ? "Sign in by hand" : "Open live view"),
          h("button", { type: "button", onclick: refresh, "data-key": `refresh-${id}` }, "Refresh"),
          h("button", { type: "button", class: "quiet danger", onclick: close, "data-key": `close-${id}` }, "Close"))));
  }

  async function changed(lists) {
    if (lists.has("runs")) {
      const newest = (await getJson("/v1/runs")).runs;
      operations = new Map(newest.map((run) => [run.run_id, run.operation]));
      show(runs, runRows(newest.slice(0, 6), "No run yet. Operations are run from the view of that name."));
    }
    if (lists.has("sessions") || lists.has("runs")) {
      there = (await getJson("/v1/sessions")).sessions;
      const needing = there.filter(awaits).length;
      count.textContent = there.length === 0 ? "" : `${there.length} open${needing ? `, ${needing} waiting for a person` : ""}`;
      show(sessions, there.length === 0
        ? h("p", { class: "empty" }, "No session is open. The first operation of an account opens one.")
        : there.map(card));
      if (lists.has("sessions")) pictures();
    }
  }

  return { changed, leave() { ended = true; clearInterval(timer); } };
}
