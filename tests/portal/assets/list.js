// The container list: its toolbar, its scroller, its batches and its selection.
import { el, icon, matButton, matCheckbox } from "/assets/document.js";
import { ask, drawing } from "/assets/ask.js";
import { excelIcon, saveAs } from "/assets/excel.js";
import { drawRow } from "/assets/row.js";

// How near to the bottom a scroll asks for more.
const NEAR_PX = 80;

function toolbar(list) {
  const flat = (attributes, ...children) => matButton("mat-button", attributes, ...children);
  const round = (label, ...children) => matButton("mat-icon-button", { "aria-label": label }, ...children);
  list.actions = flat({ disabled: true, class: "actions" }, "Actions", icon("arrow_drop_down"));
  list.excel = matButton("mat-icon-button", { "aria-label": "Excel", disabled: true }, excelIcon());
  list.excel.addEventListener("click", () => exportTicked(list));
  const reload = round("Refresh", icon("refresh"));
  reload.addEventListener("click", () => location.reload());
  const hasExport = !list.changed("export-missing");
  return el("div", { class: "page-toolbar", fxlayout: "row" },
    el("span", { class: "page-title" }, "Containers"),
    list.actions,
    flat({}, "Add to My Containers"),
    el("span", { class: "spacer" }),
    round("Mail", icon("mail")), round("PDF", icon("picture_as_pdf")), hasExport ? list.excel : null,
    reload, round("Filter", icon("filter_alt")),
    flat({}, "Saved Views", icon("arrow_drop_down")), round("Save", icon("save")));
}

async function exportTicked(list) {
  const numbers = list.rows.filter((row) => row.box.checked).map((row) => row.container.number);
  const response = await ask("/api/containers/export", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify([...new Set(numbers)]),
  });
  if (!response.ok) return;
  saveAs(await response.blob(), "container_watch_list.xlsx");
}

// The header checkbox: it ticks the rows that are loaded, and no others.
function headerBox(list) {
  let lost = list.boot.header_click_lost;
  list.box = matCheckbox((checked) => {
    if (lost) {
      lost = false;
      list.box.set(false);
      return;
    }
    for (const row of list.rows) row.box.set(checked);
    refreshSelection(list);
  });
  const th = el("th", { class: "mat-header-cell cdk-header-cell pinned pinned-check", role: "columnheader" }, list.box.host);
  th.addEventListener("click", (event) => {
    if (event.target === th) list.box.input.click();
  });
  return th;
}

function refreshSelection(list) {
  const ticked = list.rows.filter((row) => row.box.checked).length;
  const all = ticked > 0 && ticked === list.rows.length;
  list.box.set(all, ticked > 0 && !all);
  list.actions.disabled = ticked === 0;
  list.excel.disabled = ticked === 0;
  for (const row of list.rows) row.tr.classList.toggle("selected", row.box.checked);
}

function header(list) {
  const cell = (text, pin) =>
    el("th", { class: `mat-header-cell cdk-header-cell ${pin}`.trim(), role: "columnheader" }, text);
  const renamed = (column) => list.boot.markup.find(
    (change) => change.change === "column-renamed" && change.column === column)?.to ?? column;
  const [first, ...others] = list.columns;
  return el("thead", {},
    el("tr", { class: "mat-header-row cdk-header-row", role: "row" },
      headerBox(list),
      cell("", "pinned pinned-arrow"),
      cell(renamed(first), "pinned pinned-number"),
      ...others.map((column) => cell(renamed(column), "")),
      cell("", "")));
}

async function nextBatch(list) {
  if (list.asking || list.ended) return;
  list.asking = true;
  list.bar.hidden = !list.boot.loading_bar;
  try {
    const response = await ask(`/api/containers?load=${list.boot.load}&batch=${list.batch}`);
    // A batch that failed is asked for again at the next scroll.
    if (!response.ok) return;
    const { rows, last } = await response.json();
    list.batch += 1;
    list.ended = last;
    drawing(() => drawRows(list, rows));
    if (last && list.boot.end_of_list === "marker") {
      list.scroller.append(el("div", { class: "no-more-records ng-star-inserted" }, "No more records"));
    }
  } catch {
    // The connection broke: as a batch that failed.
    return;
  } finally {
    list.asking = false;
    list.bar.hidden = true;
  }
  // A list too short to scroll could never ask for the rest.
  if (list.scroller.scrollHeight <= list.scroller.clientHeight) nextBatch(list);
}

function drawRows(list, rows) {
  for (const container of rows) {
    const row = drawRow(list, container);
    list.rows.push(row);
    list.body.append(row.tr);
  }
  refreshSelection(list);
}

export function drawContainers(boot, content) {
  const changed = (name) => boot.markup.find((change) => change.change === name);
  const missing = boot.markup.filter((change) => change.change === "column-missing").map((change) => change.column);
  const list = {
    boot,
    changed,
    columns: boot.columns.filter((column) => !missing.includes(column)),
    rows: [],
    batch: 0,
    selectionChanged: () => refreshSelection(list),
    asking: false,
    ended: false,
    body: el("tbody", { role: "rowgroup" }),
    bar: el("mat-progress-bar", { class: "mat-progress-bar", role: "progressbar", hidden: true }),
  };
  const names = changed("scroller-renamed")
    ? { id: "resultspane", class: "results-pane" }
    : { id: "searchres", class: "search-results" };
  const tools = toolbar(list);
  list.scroller = el("div", { ...names, matinfinitescroll: true },
    el("table", { class: "mat-table cdk-table mat-elevation-z8", role: "table" }, header(list), list.body));
  list.scroller.addEventListener("scroll", () => {
    const { scrollTop, clientHeight, scrollHeight } = list.scroller;
    if (scrollTop + clientHeight >= scrollHeight - NEAR_PX) nextBatch(list);
  });
  content.classList.add("list-page");
  if (changed("frame-beside")) {
    const rows = '<div id="searchres"><table><tbody><tr><td>A</td><td>B</td></tr></tbody></table></div>';
    content.append(el("iframe", { srcdoc: rows, title: "beside", height: "80" }));
  }
  content.append(tools, list.bar, list.scroller);
  nextBatch(list);
}
