// Operations: a form for each, made from the schema of its input; what it answers is shown by its run.

import { getJson, sendJson } from "./token.js";
import { badge, h, say, sayWhy, show } from "./dom.js";
import { schemaForm } from "./schema-form.js";

// What was entered for the runs of this page, for whoever wants to run one again. Forgotten with the page.
const entered = new Map();
export const again = (run) => entered.has(run) ? `?again=${run}` : "";

export function operationsView(main, [name], query) {
  return name ? form(main, name, query) : list(main);
}

function list(main) {
  const operations = h("div", { class: "cards wide-cards", id: "operations" });
  main.append(h("section", { "aria-labelledby": "operations-title" },
    h("div", { class: "title" }, h("h1", { id: "operations-title" }, "Operations")), operations));
  return {
    async changed(lists) {
      if (!lists.has("plugins")) return;
      const { plugins } = await getJson("/v1/plugins");
      const served = plugins.map((plugin) => plugin.served).filter((one) => one && one.kind === "operation");
      show(operations, served.length === 0 ? h("p", { class: "empty" }, "No operation is served. Plugins are added in the view of that name.") : served.map((one) =>
        h("article", { class: "card" }, h("div", { class: "about" },
          h("div", { class: "line" }, h("h3", {}, h("a", { href: `#/operations/${one.name}`, "data-key": `op-${one.name}`, class: "cover" }, one.name)),
            h("span", { class: `badge ${one.effectful ? "warn" : ""}` }, one.effectful ? "▲ Changes things" : "Only reads")),
          h("p", {}, one.summary)))));
    },
  };
}

const key = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function form(main, name, query) {
  const resume = query.get("resume");
  const wanted = (query.get("fields") || "").split(",").filter(Boolean);
  const head = h("div", {});
  const place = h("div", {});
  main.append(h("p", { class: "back" }, h("a", { href: "#/operations" }, "← All operations")), h("section", { "aria-labelledby": "operation-title" }, head, place));

  let plugin = null;
  let digest = "";
  let made = null;
  let offered = "";
  const choice = h("select", { id: "for-whom", required: true });
  const username = h("input", { id: "username", type: "text", autocomplete: "off", spellcheck: "false", autocapitalize: "off" });
  const password = h("input", { id: "password", type: "password", autocomplete: "off" });
  const credentials = h("div", { class: "two", hidden: true },
    h("div", { class: "field" }, h("label", { for: "username" }, "User name at the portal"), username),
    h("div", { class: "field" }, h("label", { for: "password" }, "Password"), password));
  const isTyped = () => choice.value === "typed";
  function follow() {
    credentials.hidden = !isTyped();
    username.required = isTyped();
    password.required = isTyped();
  }
  choice.addEventListener("change", follow);

  async function offer() {
    const [{ accounts }, { sessions }] = await Promise.all([getJson("/v1/accounts"), getJson("/v1/sessions")]);
    // Who is choosing at this moment is not disturbed for nothing.
    const now = JSON.stringify([accounts, sessions.map((session) => session.session_id)]);
    if (now === offered) return;
    offered = now;
    const before = choice.value;
    const asked = query.get("session");
    choice.replaceChildren(
      h("option", { value: "" }, "Choose…"),
      accounts.length > 0 ? h("optgroup", { label: "Accounts" }, accounts.map((alias) => h("option", { value: `account:${alias}` }, alias))) : "",
      sessions.length > 0 ? h("optgroup", { label: "Open sessions" }, sessions.map((session) => h("option", { value: `session:${session.session_id}` }, `${session.username}, session ${session.session_id.slice(0, 6)}`))) : "",
      h("option", { value: "typed" }, "User name and password…"));
    const values = [...choice.querySelectorAll("option")].map((one) => one.value);
    const first = asked ? `session:${asked}` : accounts.length === 1 ? `account:${accounts[0]}` : accounts.length === 0 && sessions.length === 0 ? "typed" : "";
    choice.value = [before, first].find((value) => value && values.includes(value)) || "";
    follow();
  }

  function whom() {
    if (isTyped()) return { username: username.value, password: password.value };
    const [kind, value] = [choice.value.slice(0, choice.value.indexOf(":")), choice.value.slice(choice.value.indexOf(":") + 1)];
    return kind === "account" ? { account: value } : { session_id: value };
  }

  function build() {
    const { served, input_schema: schema } = plugin;
    made = schemaForm(schema);
    const raw = h("textarea", { id: "raw", class: "code", rows: 10, spellcheck: "false" });
    const rawError = h("p", { class: "field-error", id: "raw-error", hidden: true });
    raw.setAttribute("aria-describedby", "raw-error");
    const rawPlace = h("div", { class: "field", hidden: true }, h("label", { for: "raw" }, "Input as JSON"), raw, rawError);
    const asJson = h("input", { type: "checkbox", id: "as-json" });
    const unread = h("p", { class: "note bad", role: "alert", hidden: true, id: "form-error" });
    const debug = h("input", { type: "checkbox", id: "debug" });
    const record = h("input", { type: "checkbox", id: "record" });
    const keep = h("select", { id: "keep-alive" }, h("option", { value: "" }, "As it is"), h("option", { value: "yes" }, "Yes"), h("option", { value: "no" }, "No"));
    const keyField = h("input", { id: "key", type: "text", class: "code", spellcheck: "false", value: key(), minlength: 16, maxlength: 255, autocomplete: "off" });
    const go = h("button", { type: "submit", class: "primary", id: "run" }, resume ? "Continue" : served.effectful ? "Run and submit" : "Run");

    const byJson = (is) => { asJson.checked = is; made.element.hidden = is; rawPlace.hidden = !is; for (const one of made.element.querySelectorAll("input,select,textarea,button")) one.disabled = is; };
    asJson.addEventListener("change", () => {
      try {
        if (asJson.checked) raw.value = JSON.stringify(made.read(), null, 2);
        else made.fill(JSON.parse(raw.value || "{}"));
        rawError.hidden = true;
        byJson(asJson.checked);
      } catch (error) { wrongJson(error); byJson(true); }
    });
    function wrongJson(error) {
      rawError.textContent = `This is not JSON: ${error.message}`;
      rawError.hidden = false;
      raw.setAttribute("aria-invalid", "true");
      raw.focus();
    }

    if (resume && wanted.length > 0) {
      for (const [field, one] of Object.entries(made.fields)) one.element.hidden = !wanted.includes(field);
    }
    const before = entered.get(query.get("again"));
    if (before) made.fill(before);
    if (made.needsJson) { raw.value = JSON.stringify(before || {}, null, 2); byJson(true); }

    const element = h("form", { id: "operation", novalidate: resume ? true : undefined },
      resume && h("p", { class: "note" }, "The run waits where it stopped. What is entered here is added to what it has."),
      unread,
      h("fieldset", { class: "plain" }, h("legend", {}, "For whom"),
        h("div", { class: "field" }, h("label", { for: "for-whom" }, "Account or session"), choice), credentials),
      h("fieldset", { class: "plain" }, h("legend", {}, "Input"),
        made.element, Object.keys(made.fields).length === 0 && !made.needsJson && h("p", { class: "fine" }, "This operation takes no input."),
        rawPlace, h("div", { class: "field check" }, h("div", { class: "line" }, asJson, h("label", { for: "as-json" }, "Edit as JSON")))),
      h("details", { class: "options" }, h("summary", {}, "Options"),
        h("div", { class: "field check" }, h("div", { class: "line" }, debug, h("label", { for: "debug" }, "Leave a debug bundle, even if it succeeds"))),
        h("div", { class: "field check" }, h("div", { class: "line" }, record, h("label", { for: "record" }, "Record what it does with its page"))),
        h("div", { class: "field" }, h("label", { for: "keep-alive" }, "Keep the session signed in"), keep),
        h("div", { class: "field" }, h("label", { for: "key" }, "Idempotency key"), keyField,
          h("p", { class: "about-field" }, "The host does the same request with the same key only once. A new one is made for each form."))),
      h("div", { class: "actions" }, go));

    element.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (go.getAttribute("aria-disabled") === "true") return;
      made.clear();
      unread.hidden = rawError.hidden = true;
      raw.removeAttribute("aria-invalid");
      let input;
      try { input = asJson.checked ? JSON.parse(raw.value || "{}") : made.read(); } catch (error) {
        if (!asJson.checked) { unread.textContent = `A field does not hold JSON: ${error.message}`; unread.hidden = false; return; }
        wrongJson(error);
        return;
      }
      const body = { ...whom(), input };
      if (resume) body.resume = resume;
      if (debug.checked) body.debug = true;
      if (record.checked) body.record = true;
      if (keep.value) body.keep_alive = keep.value === "yes";
      go.setAttribute("aria-disabled", "true");
      say(`Asking for ${name}…`);
      try {
        const headers = { prefer: "respond-async" };
        if (served.effectful || keyField.value) headers["idempotency-key"] = keyField.value;
        const run = await sendJson("POST", `/v1/operations/${encodeURIComponent(name)}`, body, headers);
        entered.set(run.run_id, input);
        say("");
        location.hash = `#/runs/${run.run_id}`;
      } catch (error) {
        if (!error.problem) { sayWhy(error); return; }
        say("");
        refused(error.problem, error.message);
      } finally { go.removeAttribute("aria-disabled"); }
    });

    function refused(problem, text) {
      const left = [];
      let first = null;
      for (const { pointer, message } of problem.problems || []) {
        const shown = asJson.checked ? null : made.wrong(pointer, message);
        if (shown) first ??= shown;
        else left.push(`${pointer || "The input"}: ${message}`);
      }
      for (const { field, wanted: want } of problem.fields || []) {
        const shown = asJson.checked ? null : made.wrong(`/${field.replace(/\./g, "/")}`, `Wanted: ${want}`);
        if (shown) first ??= shown;
        else left.push(`${field}: ${want}`);
      }
      show(unread, h("strong", {}, text), left.length > 0 && h("ul", {}, left.map((line) => h("li", {}, line))),
        problem.live_url && h("a", { href: problem.live_url, target: "_blank", rel: "opener" }, "Sign in by hand"),
        problem.run_id && problem.code !== "invalid-input" && h("a", { href: `#/runs/${problem.run_id}` }, "Look at that run"));
      unread.hidden = false;
      if (first) (first.control.matches("fieldset") ? first.element.querySelector("input,select,textarea,button") : first.control)?.focus();
      else unread.scrollIntoView({ block: "nearest" });
    }

    show(head, h("div", { class: "title" }, h("h1", { id: "operation-title" }, name),
      h("span", { class: `badge ${served.effectful ? "warn" : ""}` }, served.effectful ? "▲ Changes things in the portal" : "Only reads")),
      h("p", { class: "lead" }, served.summary), h("p", { class: "fine" }, `Version ${served.version}`));
    place.replaceChildren(element);
  }

  return {
    async changed(lists) {
      if (lists.has("plugins")) {
        let now;
        try { now = await getJson(`/v1/plugins/${encodeURIComponent(name)}`); } catch (error) {
          if (error.status !== 404) throw error;
          now = { served: null };
        }
        if (!now.served || !("input_schema" in now)) {
          show(head, h("div", { class: "title" }, h("h1", { id: "operation-title" }, name), badge("not-served")), h("p", {}, "This operation is not served now."));
          place.replaceChildren();
          digest = "";
        } else if (now.served.digest !== digest) {
          // Who is filling the form in keeps what was entered, as far as the new version takes it.
          const kept = made ? (() => { try { return made.read(); } catch { return null; } })() : null;
          plugin = now;
          digest = now.served.digest;
          build();
          if (kept) { made.fill(kept); say(`${name} is served in version ${now.served.version} now.`); }
        }
      }
      if (lists.has("sessions") || lists.has("plugins")) await offer();
    },
  };
}
