// Plugins: what is served, what is not and why; swapping, going back, removing.

import { getJson, request, sendJson } from "./token.js";
import { acting, badge, confirmed, facts, h, say, show, time } from "./dom.js";

const short = (digest) => h("code", { title: digest }, digest.slice(0, 12));

export function pluginsView(main) {
  const list = h("div", { class: "cards wide-cards", id: "plugins" });
  const added = h("input", { type: "file", accept: ".wasm,application/wasm", id: "new-plugin", class: "unseen-file" });
  added.addEventListener("change", async () => {
    const [file] = added.files;
    if (file) await install(file.name.replace(/\.wasm$/, ""), file);
    added.value = "";
  });
  main.append(h("section", { "aria-labelledby": "plugins-title" },
    h("div", { class: "title" }, h("h1", { id: "plugins-title" }, "Plugins"),
      h("label", { class: "button", for: "new-plugin" }, "Add a plugin"), added), list));

  async function install(name, file) {
    say(`Installing ${file.name}…`);
    try {
      const answer = await request(`/v1/plugins/${encodeURIComponent(name)}`, { method: "PUT", headers: { "content-type": "application/wasm" }, body: file });
      const status = await answer.json();
      if (status.waiting) say(`Version ${status.waiting.version} waits: ${status.problem ? status.problem.message : "it has to be accepted"}`);
      else say(`${name} is served in version ${status.served.version}.`);
    } catch (error) { say(`${file.name} is not served: ${error.message}`, true); }
  }

  function card({ file, served, waiting, problem }, versions) {
    const name = served ? served.name : waiting ? waiting.name : file.replace(/\.wasm$/, "");
    const path = `/v1/plugins/${encodeURIComponent(name)}`;
    const swap = h("input", { type: "file", accept: ".wasm,application/wasm", id: `swap-${name}`, class: "unseen-file", "data-key": `swap-${name}` });
    swap.addEventListener("change", async () => {
      if (swap.files[0]) await install(name, swap.files[0]);
      swap.value = "";
    });
    const back = (version) => acting(async () => {
      const sure = await confirmed(`Go back to version ${version.version}?`, `Runs under way end on the version they began with; the next run of ${name} takes this one.`, "Go back");
      if (!sure) return;
      const status = await sendJson("POST", `${path}/rollback`, { digest: version.digest });
      say(`${name} is served in version ${status.served.version}.`);
    });
    const accept = acting(async () => {
      if (!await confirmed(`Serve version ${waiting.version}?`, `${problem ? problem.message : ""} Callers may notice the change.`, "Serve it")) return;
      await sendJson("POST", `${path}/accept`, { digest: waiting.digest });
      say(`${name} is served in version ${waiting.version}.`);
    });
    const remove = acting(async () => {
      if (!await confirmed(`Remove ${name}?`, "Its file is removed from the plugin folder, and it is not served any more.", "Remove")) return;
      await request(path, { method: "DELETE" });
      say(`${name} is removed.`);
    });
    const former = versions.filter((version) => !version.served);
    return h("article", { class: "card plugin", "data-plugin": name, "aria-labelledby": `plugin-${name}` },
      h("div", { class: "about" },
        h("div", { class: "line" }, h("h3", { id: `plugin-${name}` }, name), badge(served ? "served" : "not-served")),
        served && h("p", {}, served.summary),
        problem && h("p", { class: "note warn" }, problem.message),
        facts(
          served && ["Version", h("strong", { class: "version" }, served.version)],
          served && ["Component", short(served.digest)],
          served && ["Grants", served.capabilities.length ? served.capabilities.join(", ") : "none beyond its page"],
          served && ["Kind", served.kind === "session" ? "signs in" : served.effectful ? "changes things in the portal" : "only reads"],
          served && ["Since", time(served.loaded_at)],
          waiting && ["Waiting", `version ${waiting.version}`]),
        h("div", { class: "actions" },
          served && served.kind === "operation" && h("a", { class: "button", href: `#/operations/${name}`, "data-key": `open-${name}` }, "Open form"),
          waiting && h("button", { type: "button", class: "primary", onclick: accept, "data-key": `accept-${name}` }, `Serve version ${waiting.version}`),
          swap, h("label", { class: "button", for: `swap-${name}` }, "Swap…"),
          h("button", { type: "button", class: "quiet danger", onclick: remove, "data-key": `remove-${name}` }, "Remove")),
        former.length > 0 && h("details", { "data-key": `versions-${name}` }, h("summary", {}, `Earlier versions: ${former.length}`),
          h("ul", { class: "versions" }, former.map((version) => h("li", {},
            h("span", {}, h("strong", {}, version.version), " ", short(version.digest), " served last ", time(version.last_served_at)),
            version.quarantined && h("span", { class: "fine" }, version.quarantined),
            h("button", { type: "button", class: "small", onclick: back(version), "data-key": `back-${version.digest}`, "data-digest": version.digest }, "Go back")))))));
  }

  return {
    async changed(lists) {
      if (!lists.has("plugins")) return;
      const { plugins } = await getJson("/v1/plugins");
      const versions = await Promise.all(plugins.map(async ({ served }) =>
        served ? (await getJson(`/v1/plugins/${encodeURIComponent(served.name)}/versions`)).versions : []));
      show(list, plugins.length === 0
        ? h("p", { class: "empty" }, "No plugin is there. Add one, or put a component into the plugin folder.")
        : plugins.map((plugin, n) => card(plugin, versions[n])));
    },
  };
}
