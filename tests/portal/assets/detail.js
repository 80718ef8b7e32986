// What opens under a row: cards whose values stand apart from their labels, and the timeline.
import { el, icon, turnIcon } from "/assets/document.js";
import { ask, drawing } from "/assets/ask.js";

// The longest a closing row takes, whatever an opening one does.
const CLOSE_MS_MAX = 300;

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// All labels, then all values: they belong together by position.
function card(list, { title, fields }, heading = []) {
  const labels = fields.map(({ label }) => el("div", { class: "field-label ng-star-inserted" }, label));
  const values = fields.map(({ value, link }) =>
    el("div", { class: `field-data ${link ? "btn-link " : ""}ng-star-inserted` }, value));
  if (list.changed("value-missing")) values.pop();
  const rows = list.changed("values-beside-labels")
    ? labels.map((label, index) => el("div", { fxlayout: "column" }, label, values[index]))
    : [el("div", { fxlayout: "row", class: "field-labels" }, ...labels),
      el("div", { fxlayout: "row", class: "field-values" }, ...values)];
  return el("mat-card", { class: "mat-card detail-card ng-star-inserted" },
    ...heading,
    title && el("div", { class: "card-title" }, title),
    ...rows);
}

function milestone(list, { name, date, divider }, index) {
  const classes = list.changed("dividers-unmarked") ? [] : divider;
  return el("div", { fxlayout: "row", class: `timeline-row ${index % 2 ? "left" : "right"} ng-star-inserted` },
    el("div", { class: "curr-loc-div" },
      el("span", { class: "location-details-label" }, name),
      el("div", { class: ["timeline-divider", ...classes].join(" ") }),
      el("span", { class: "location-details-label p-top-5" }, date)));
}

function timeline(list, milestones) {
  const rows = list.boot.timeline_order === "newest-first" ? milestones : [...milestones].reverse();
  const glyph = (name) => el("div", { fxlayout: "row", class: "timeline-row" },
    el("span", { class: "location-details-label" }, icon(name)));
  return el("app-containerflow", { class: "ng-star-inserted" },
    el("div", { class: "timeline-container" },
      glyph("arrow_drop_up"),
      ...rows.map((row, index) => milestone(list, row, index)),
      glyph("arrow_drop_down")));
}

function content(list, detail) {
  const heading = [
    el("div", { class: "place-code" }, detail.place),
    el("div", { class: "terminal-name" }, detail.terminal_name),
  ];
  const [top, ...others] = detail.cards;
  return el("div", { class: "detail-content ng-star-inserted" },
    el("div", { class: "detail-cards" }, card(list, top, heading), ...others.map((each) => card(list, each))),
    timeline(list, detail.timeline));
}

function turnArrow(list, row, isOpen) {
  const stem = list.changed("arrow-icon-changed") ? "chevron" : "keyboard_arrow";
  turnIcon(row.arrow, isOpen ? `${stem}_down` : `${stem}_right`);
}

async function open(list, row) {
  const cell = el("td", { class: "mat-cell cdk-cell detail-cell", colspan: list.columns.length + 3 });
  const detail = el("tr", { class: "detail ng-star-inserted" }, cell);
  row.detail = detail;
  drawing(() => {
    turnArrow(list, row, true);
    row.tr.after(detail);
  });
  const response = await ask(`/api/containers/${row.container.number}`).catch(() => null);
  // A row whose details failed stays open and empty until it is closed.
  if (!response?.ok) return;
  const told = await response.json();
  await pause(list.boot.open_delay_ms);
  drawing(() => {
    cell.append(content(list, told));
    detail.classList.add("expanded");
  });
}

async function close(list, row) {
  const detail = row.detail;
  row.detail = null;
  turnArrow(list, row, false);
  detail.classList.remove("expanded");
  await pause(Math.min(list.boot.open_delay_ms, CLOSE_MS_MAX));
  detail.remove();
}

export function toggleDetail(list, row) {
  if (row.detail) close(list, row);
  else open(list, row);
}
