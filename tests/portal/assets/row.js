// One row of the list: its eighteen cells, its checkbox and its arrow.
import { el, icon, matCheckbox } from "/assets/document.js";
import { toggleDetail } from "/assets/detail.js";

const STATUS_COLORS = {
  "GATE OUT": "#1e63c4", "GATE IN": "#1e63c4", "ON VESSEL": "#d77a00", "IN YARD": "#1a8e07", "N/A": "#000000",
};

const plain = (text) => [el("span", { class: "ng-star-inserted" }, text)];

function numberCell({ number, badge }) {
  const mark = badge && el("span", { class: `badge ${badge === "L" ? "badge-loaded" : "badge-empty"} ng-star-inserted` }, badge);
  return [el("span", { class: "container-number" }, number), mark];
}

function holdsCell({ holds }) {
  if (holds === "NotAvailable") return plain("N/A");
  const color = holds === "Yes" ? "#d32f2f" : "#1a8e07";
  return [icon("info", "ng-star-inserted", color), el("span", {}, holds.toUpperCase())];
}

function ticketCell({ pregate_ticket: { first, link, second } }) {
  const main = link
    ? el("a", { class: "btn-link ng-star-inserted", href: "javascript:void(0)" }, first.text)
    : el("span", { class: "ng-star-inserted" }, first.text);
  return [main, second && el("span", { class: "second-ticket ng-star-inserted" }, second.text)];
}

function feesCell({ fees }) {
  if (fees === "NotAvailable") return plain("N/A");
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.innerHTML = '<circle cx="12" cy="12" r="9" fill="#d77a00"></circle>';
  return [el("mat-icon", { svgicon: "fees", role: "img", class: "mat-icon notranslate ng-star-inserted" }, svg)];
}

const CELLS = {
  "Container #": numberCell,
  "Trade Type": (row) => plain(row.trade_type),
  "Status": (row) => [el("span", { class: "ng-star-inserted", style: `color: ${STATUS_COLORS[row.status]}` }, row.status)],
  "Holds": holdsCell,
  "Pregate Ticket#": ticketCell,
  "Emodal Pregate Status": (row) => plain(row.emodal_pregate_status.text),
  "Gate Status": (row) => plain(row.gate_status.text),
  "Origin": (row) => plain(row.origin),
  "Destination": (row) => plain(row.destination),
  "Current Loc": (row) => plain(row.current_loc),
  "Line": (row) => plain(row.line),
  "Vessel Name": (row) => plain(row.vessel_name),
  "Vessel Code": (row) => plain(row.vessel_code),
  "Voyage": (row) => plain(row.voyage),
  "Size Type": (row) => plain(row.size_type),
  "Fees": feesCell,
  "LFD/GTD": (row) => plain(row.lfd_gtd),
  "Tags": (row) => plain(row.tags),
};

// The arrow's cell; a row the portal has no data for has none.
function arrowCell(list, row) {
  if (!row.container.expandable) return [];
  const name = list.changed("arrow-icon-changed") ? "chevron_right" : "keyboard_arrow_right";
  row.arrow = icon(name, "expand-arrow ng-star-inserted");
  row.arrow.addEventListener("click", () => toggleDetail(list, row));
  return [row.arrow];
}

export function drawRow(list, container) {
  const row = { container, box: null, arrow: null, detail: null, tr: null };
  row.box = matCheckbox(list.selectionChanged);
  const cell = (children, pin = "") =>
    el("td", { class: `mat-cell cdk-cell ${pin}`.trim(), role: "gridcell" }, ...children);
  const check = cell([row.box.host], "pinned pinned-check");
  check.addEventListener("click", (event) => {
    if (event.target === check) row.box.input.click();
  });
  const [first, ...others] = list.columns;
  row.tr = el("tr", { class: "mat-row cdk-row ng-star-inserted", role: "row" },
    check,
    cell(arrowCell(list, row), "pinned pinned-arrow"),
    cell(CELLS[first](container), "pinned pinned-number"),
    ...others.map((column) => cell(CELLS[column](container))),
    cell([icon("more_vert", "row-menu")]));
  return row;
}
