// Runs: the list, and one of them with its progress, its result, its files, and what can be done about it.

import { getJson, request, sendJson } from "./token.js";
import { acting, badge, confirmed, facts, h, lasted, say, short, show, time } from "./dom.js";
import { again } from "./operations.js";
import { files, pretty } from "./result.js";

const ENDED = new Set(["succeeded", "failed", "cancelled"]);

export function progress(run) {
  if (!run.progress) return null;
  const { step, done, total } = run.progress;
  const bar = total ? h("progress", { max: total, value: 0, "aria-label": step }) : null;
  if (bar) bar.value = done;
  const text = total ? `${step}: ${done} of ${total}` : done ? `${step}: ${done}` : step;
  return h("div", { class: "progress" }, h("span", {}, text), bar);
}

export function runRows(runs, none) {
  if (runs.length === 0) return h("p", { class: "empty" }, none);
  return h("ul", { class: "rows" }, runs.map((run) => h("li", { "data-run": run.run_id },
    h("a", { class: "row", href: `#/runs/${run.run_id}`, "data-key": `run-${run.run_id}` },
      h("span", { class: "name" }, run.operation),
      badge(run.state),
      h("span", { class: "who" }, run.account),
      h("span", { class: "when" }, time(run.created_at), run.ended_at ? `, took ${lasted(run.created_at, run.ended_at)}` : "")),
    progress(run))));
}

export function runsView(main, [id]) {
  return id ? one(main, id) : all(main);
}

function all(main) {
  const list = h("div", { id: "runs" });
  main.append(h("section", { "aria-labelledby": "runs-title" },
    h("div", { class: "title" }, h("h1", { id: "runs-title" }, "Runs"), h("a", { class: "button", href: "#/operations" }, "New run")), list));
  return {
    async changed(lists) {
      if (!lists.has("runs")) return;
      show(list, runRows((await getJson("/v1/runs")).runs, "No run yet."));
    },
  };
}

function one(main, id) {
  const head = h("div", {});
  const state = h("p", { class: "unseen", role: "status", "aria-live": "polite" });
  const body = h("div", {});
  main.append(h("p", { class: "back" }, h("a", { href: "#/runs" }, "← All runs")), h("article", { "data-run": id }, head, state, body));
  let before = "";
  let isOver = false;

  const cancel = acting(async () => {
    await request(`/v1/runs/${id}`, { method: "DELETE" });
    say("The run is taken back.");
  });
  const reconcile = acting(async () => {
    await sendJson("POST", `/v1/runs/${id}/reconcile`);
    say("The portal is asked once more.");
  });
  const giveUp = (hold) => acting(async () => {
    if (!await confirmed("Give this paused run up?", "Its session is free for others then, and the run cannot be continued.", "Give up")) return;
    await request(`/v1/holds/${hold}`, { method: "DELETE" });
    say("The paused run is given up.");
    before = "";
    await changed(new Set(["runs"]));
  });

  function problem(run) {
    const { detail, code, retryable, executed, fields, hold, live_url: live, evidence } = run.problem;
    const done = { no: "Nothing was done in the portal.", maybe: "It may have been done in the portal.", yes: "It was done in the portal." }[executed];
    return h("section", { class: "note bad", "aria-labelledby": "problem-title" },
      h("h2", { id: "problem-title" }, "Why there is no result"),
      h("p", { class: "detail" }, detail),
      h("p", { class: "fine" }, [`${code}. `, done, retryable ? " Trying again may help." : ""].join("")),
      fields && h("dl", { class: "facts" }, fields.map(({ field, wanted }) => h("div", {}, h("dt", {}, field), h("dd", {}, wanted)))),
      h("div", { class: "actions" },
        live && h("a", { class: "button primary", href: live, target: "_blank", rel: "opener" }, "Sign in by hand"),
        hold && h("a", { class: "button primary", href: `#/operations/${run.operation}?resume=${hold.id}&session=${run.problem.session_id}&fields=${(fields || []).map((one) => one.field).join(",")}` }, "Continue with what is missing"),
        hold && h("button", { type: "button", onclick: giveUp(hold.id) }, "Give up")),
      evidence && evidence.length > 0 && h("div", {}, h("h3", {}, "Evidence"), files(evidence.map((one) => ({ id: one })))));
  }

  async function changed(lists) {
    if (!lists.has("runs") || isOver) return;
    const run = await getJson(`/v1/runs/${id}`);
    isOver = ENDED.has(run.state) && !(run.problem && run.problem.hold);
    const said = `${run.operation}: ${run.state}`;
    if (said !== before) state.textContent = said;
    before = said;
    const parts = Object.entries(run.parts || {});
    const goes = !ENDED.has(run.state);
    show(head,
      h("div", { class: "title" }, h("h1", {}, run.operation), badge(run.state)),
      progress(run),
      facts(["Account", run.account], ["Asked for", time(run.created_at)],
        run.ended_at && ["Took", lasted(run.created_at, run.ended_at)],
        ["Plugin", `version ${run.plugin.version}`],
        ["Run", h("code", {}, id)]),
      h("div", { class: "actions" },
        goes && run.state !== "unknown" && run.state !== "committing" && h("button", { type: "button", onclick: cancel, id: "cancel-run", "data-key": "cancel" }, "Cancel run"),
        run.state === "unknown" && h("button", { type: "button", class: "primary", onclick: reconcile, "data-key": "reconcile" }, "Ask the portal once more"),
        ENDED.has(run.state) && h("a", { class: "button", href: `#/operations/${run.operation}${again(id)}`, "data-key": "again" }, "Run again")));
    show(body,
      run.effect && h("section", { class: "note" }, h("h2", {}, "Effect"), facts(["State", run.effect.state], ["What", run.effect.summary], ["Shown by", run.effect.evidence])),
      run.problem && problem(run),
      run.answer && run.answer.artifacts.length > 0 && h("section", {}, h("h2", {}, "Files"), files(run.answer.artifacts)),
      run.answer && h("section", { id: "result" }, h("h2", {}, "Result"), pretty(run.answer.output)),
      !run.answer && parts.length > 0 && h("section", {}, h("h2", {}, `Parts so far: ${parts.length}`), pretty(Object.fromEntries(parts))),
      run.answer && h("p", { class: "fine" }, `Waited ${run.answer.timing.queue_ms} ms, sign-in ${run.answer.timing.sign_in_ms} ms, run ${run.answer.timing.run_ms} ms; ${run.answer.webdriver_commands} browser commands.`));
    document.title = `${run.operation}, ${run.state} · Gantry`;
  }

  return { changed };
}
