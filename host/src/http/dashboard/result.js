// What a run answered: tables as tables, all else as JSON; and the files that it left.

import { request } from "./token.js";
import { acting, h, save, sayWhy, time } from "./dom.js";

const ROWS = 200;
const COLUMNS = 24;
const plain = (value) => value === null || typeof value !== "object";

// A list of objects can be read as a table, if most of what they hold is plain.
function isTable(value) {
  if (!Array.isArray(value) || value.length === 0) return false;
  return value.every((row) => {
    if (!row || typeof row !== "object" || Array.isArray(row)) return false;
    const cells = Object.values(row);
    return cells.filter(plain).length * 2 >= cells.length;
  });
}

function words(value) {
  if (value === null || value === undefined) return "–";
  if (value === true) return "yes";
  if (value === false) return "no";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

// A moment, as operations tell it: milliseconds since 1970, in a field whose name says that it is one.
function told(name, value) {
  const isMoment = name.endsWith("_at") && Number.isInteger(value) && value > 1e11;
  return isMoment ? time(new Date(value).toISOString()) : words(value);
}

function table(rows, name) {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].slice(0, COLUMNS);
  return h("div", { class: "wide", tabindex: 0, role: "region", "aria-label": name },
    h("table", {},
      h("thead", {}, h("tr", {}, columns.map((column) => h("th", { scope: "col" }, column)))),
      h("tbody", {}, rows.slice(0, ROWS).map((row) => h("tr", {}, columns.map((column) => h("td", {}, told(column, row[column]))))))),
    rows.length > ROWS && h("p", { class: "fine" }, `The first ${ROWS} of ${rows.length}; the JSON has all.`));
}

function json(value, open) {
  return h("details", { open, "data-key": "json" }, h("summary", {}, "JSON"),
    h("pre", { tabindex: 0, "aria-label": "JSON" }, JSON.stringify(value, null, 2)));
}

export function pretty(value) {
  if (plain(value)) return h("p", { class: "answer" }, words(value));
  if (isTable(value)) return [table(value, "Result"), json(value, false)];
  if (Array.isArray(value)) return json(value, true);
  const entries = Object.entries(value);
  const flat = entries.filter(([, one]) => plain(one));
  const lists = entries.filter(([, one]) => Array.isArray(one) && one.length > 0 && one.every(plain));
  const tables = entries.filter(([, one]) => isTable(one));
  const isAll = flat.length + lists.length + tables.length === entries.length;
  return [
    flat.length > 0 && h("dl", { class: "facts" }, flat.map(([name, one]) => h("div", {}, h("dt", {}, name), h("dd", {}, told(name, one))))),
    lists.map(([name, one]) => h("div", { class: "list" }, h("h3", {}, name), h("p", {}, one.map(words).join(", ")))),
    tables.map(([name, one]) => h("div", {}, h("h3", {}, `${name} (${one.length})`), table(one, name))),
    json(value, !isAll),
  ];
}

const size = (bytes) => bytes < 1024 ? `${bytes} B` : bytes < 1 << 20 ? `${(bytes / 1024).toFixed(1)} kB` : `${(bytes / (1 << 20)).toFixed(1)} MB`;

export function files(list) {
  return h("ul", { class: "files" }, list.map((file) => {
    const path = `/v1/artifacts/${file.id}`;
    const name = file.name || file.id;
    const isSheet = name.endsWith(".xlsx") || name.endsWith(".csv");
    // The link is the file's own address; with a token it has to be fetched.
    const fetching = (query, as) => acting(async (event) => {
      event.preventDefault();
      await save(path + query, as);
    });
    const link = h("a", { href: path, download: name, class: "file", "data-artifact": file.id }, name);
    link.addEventListener("click", async (event) => {
      event.preventDefault();
      await nameless(file, path, name);
    });
    return h("li", {}, link, file.bytes !== undefined && h("span", { class: "fine" }, ` ${size(file.bytes)} `),
      isSheet && ["csv", "json"].filter((form) => !name.endsWith(form)).map((form) =>
        h("button", { type: "button", class: "quiet small", onclick: fetching(`?format=${form}`, name.replace(/\.[^.]+$/, `.${form}`)) }, form.toUpperCase())));
  }));
}

// Evidence is told by its id only; the host says its name with the file.
async function nameless(file, path, name) {
  try {
    if (file.name) return await save(path, name);
    const head = await request(path, { method: "HEAD" });
    const said = /filename="?([^";]+)"?/.exec(head.headers.get("content-disposition") || "");
    await save(path, said ? said[1] : name);
  } catch (error) { sayWhy(error); }
}
