// The list of own appointments, and the loading address that sometimes stands before it.
import { el, matButton, matCheckbox } from "/assets/document.js";
import { ask, drawing } from "/assets/ask.js";
import { excelIcon, saveAs } from "/assets/excel.js";

const NEAR_PX = 60;

export function drawLoading(boot, content) {
  content.append(el("div", { class: "message-page" }, "Loading..."));
  setTimeout(() => location.replace(boot.next), boot.loading_ms);
}

async function exportTicked(list) {
  const numbers = list.rows.filter((row) => row.box.checked).map((row) => row.number);
  const response = await ask("/api/appointments/export", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(numbers),
  }).catch(() => null);
  if (response?.ok) saveAs(await response.blob(), "appointments.xlsx");
}

function refresh(list) {
  const ticked = list.rows.filter((row) => row.box.checked).length;
  const all = ticked > 0 && ticked === list.rows.length;
  list.box.set(all, ticked > 0 && !all);
  list.excel.disabled = ticked === 0;
}

function drawRow(list, { number, cells }) {
  const row = { number, box: matCheckbox(() => refresh(list)) };
  const isNumbered = list.boot.layout === "numbered";
  const cell = (...children) => el("td", { class: "mat-cell cdk-cell", role: "gridcell" }, ...children);
  row.tr = el("tr", { id: isNumbered ? `apt-${number}` : null, class: "mat-row cdk-row ng-star-inserted", role: "row" },
    cell(row.box.host), ...cells.map((text) => cell(text)));
  return row;
}

async function nextBatch(list) {
  if (list.asking || list.ended) return;
  list.asking = true;
  const response = await ask(`/api/appointments?batch=${list.batch}`).catch(() => null);
  list.asking = false;
  // A batch that failed is asked for again at the next scroll.
  if (!response?.ok) return;
  const { rows, last } = await response.json();
  list.batch += 1;
  list.ended = last;
  drawing(() => drawRows(list, rows));
  if (list.scroller.scrollHeight <= list.scroller.clientHeight) nextBatch(list);
}

function drawRows(list, rows) {
  for (const told of rows) {
    const row = drawRow(list, told);
    list.rows.push(row);
    list.body.append(row.tr);
  }
  refresh(list);
}

export function drawAppointments(boot, content) {
  const list = { boot, rows: [], batch: 0, asking: false, ended: false, body: el("tbody", { role: "rowgroup" }) };
  list.excel = matButton("mat-icon-button", { "aria-label": "Excel", mattooltip: "Excel", disabled: true }, excelIcon());
  list.excel.addEventListener("click", () => exportTicked(list));
  list.box = matCheckbox((checked) => {
    for (const row of list.rows) row.box.set(checked);
    refresh(list);
  });
  const head = (child) => el("th", { class: "mat-header-cell cdk-header-cell", role: "columnheader" }, child);
  const name = boot.layout === "numbered" ? "appointments-container" : "results";
  list.scroller = el("div", { class: `appointments ${name}` },
    el("table", { class: "mat-table cdk-table", role: "table" },
      el("thead", {}, el("tr", { class: "mat-header-row cdk-header-row", role: "row" }, head(list.box.host), ...boot.columns.map(head))),
      list.body));
  list.scroller.addEventListener("scroll", () => {
    const { scrollTop, clientHeight, scrollHeight } = list.scroller;
    if (scrollTop + clientHeight >= scrollHeight - NEAR_PX) nextBatch(list);
  });
  content.classList.add("list-page");
  content.append(
    el("div", { class: "page-toolbar", fxlayout: "row" },
      el("span", { class: "page-title" }, "My Appointments"), el("span", { class: "spacer" }), list.excel),
    list.scroller);
  nextBatch(list);
}
