// Step 1: company, terminal, move type, and the panel whose shape follows from these.
import { el, icon, matButton } from "/assets/document.js";
import { showDialog } from "/assets/dialog.js";
import { autocomplete, CHIPS_MAX, chipInput, formField, textInput } from "/assets/fields.js";
import { matSelect } from "/assets/select.js";
import { lookup, validate } from "/assets/wizard.js";

const PICTURES = {
  "PICK FULL": "local_shipping", "DROP FULL": "local_shipping", "PICK EMPTY": "inventory_2", "DROP EMPTY": "inventory_2",
};

const withPicture = (text) => ({ text, picture: PICTURES[text] });
const plain = (text) => ({ text });

// Options asked for now, or when the select is first opened.
function optionsOf(wizard, list, shape) {
  const asked = () => lookup(list).then((texts) => texts.map(shape));
  if (wizard.boot.wizard.lazy_options) return asked;
  const early = asked();
  early.catch(() => {});
  return () => early;
}

// Runs a check; what it says counts only if nothing newer was typed since.
async function check(wizard, panel, what, query) {
  const turn = Symbol(what);
  panel.turns[what] = turn;
  panel.valid[what] = false;
  wizard.pending += 1;
  const told = await validate(what, query);
  wizard.pending -= 1;
  if (panel.turns[what] !== turn) return;
  panel.valid[what] = told?.valid === true;
  if (told?.refusal) wizard.refuse(wizard.steps[0], told.refusal);
  else if (told?.dialog) showDialog(told.dialog, told.freezes);
}

function quantityField(wizard, panel) {
  const input = textInput("quantity", { type: "number", min: "1" });
  input.addEventListener("input", () => {
    wizard.visit.quantity = Number.parseInt(input.value, 10) || 0;
    wizard.refresh();
    check(wizard, panel, "quantity", { quantity: wizard.visit.quantity });
  });
  return formField("Quantity", input, { required: true });
}

// A list of numbers in a file: a header row, then one number in each row.
function uploadBlock(chips) {
  const template = el("a", { class: "btn-link", href: "data:text/csv,Container%20Number%0A", download: "template.csv" }, "Download template");
  const file = el("input", { type: "file", class: "cdk-visually-hidden", accept: ".csv" });
  const name = el("span", { class: "file-name" }, "Select File");
  const upload = matButton("mat-raised-button", { disabled: true }, "UPLOAD");
  const browse = matButton("mat-button", {}, "Browse");
  browse.addEventListener("click", () => file.click());
  file.addEventListener("change", () => {
    name.textContent = file.files[0]?.name ?? "Select File";
    upload.disabled = file.files.length === 0;
  });
  upload.addEventListener("click", async () => {
    const [, ...rows] = (await file.files[0].text()).split(/\r?\n/);
    for (const row of rows) chips.add(row.split(",")[0]);
  });
  return el("div", { class: "upload-block" }, template, name, file, browse, upload);
}

function containerForm(wizard) {
  const chips = chipInput({
    name: "containerNumber", placeholder: "Container number(s)", most: CHIPS_MAX,
    accepts: (text) => /^[A-Z]{4}\d{7}$/.test(text),
    change: (values) => {
      wizard.visit.containers = values;
      wizard.refresh();
    },
  });
  return [formField(null, chips.host, { hint: chips.counter }), uploadBlock(chips)];
}

function bookingForm(wizard, panel) {
  const chips = chipInput({
    name: "bookingNumber", placeholder: "Booking number", most: 1,
    accepts: (text) => text.length > 0,
    change: ([number = null]) => {
      wizard.visit.booking = number;
      wizard.refresh();
      if (number !== null) check(wizard, panel, "booking", { number });
    },
  });
  return [formField(null, chips.host, { hint: chips.counter }), quantityField(wizard, panel)];
}

function lineForm(wizard, panel) {
  const one = async (list, text, query) => (await lookup(list, query).catch(() => [])).includes(text) ? text : null;
  const size = autocomplete({
    name: "equipSize",
    options: () => (wizard.visit.line ? lookup("sizes", `?${new URLSearchParams({ line: wizard.visit.line })}`) : Promise.resolve([])),
    change: async (text) => {
      wizard.visit.size = null;
      wizard.visit.size = await one("sizes", text, `?${new URLSearchParams({ line: wizard.visit.line ?? "" })}`);
      wizard.refresh();
    },
  });
  const line = autocomplete({
    name: "line",
    options: () => lookup("lines"),
    change: async (text) => {
      // Another line has other sizes.
      size.value = "";
      wizard.visit.size = null;
      wizard.visit.line = null;
      wizard.refresh();
      wizard.visit.line = await one("lines", text, "");
      wizard.refresh();
    },
  });
  return [
    formField("Line", line, { required: true }),
    formField("Equip Size", size, { required: true }),
    quantityField(wizard, panel),
  ];
}

const FORMS = { container: containerForm, booking: bookingForm, line: lineForm };

function isFilled({ visit }) {
  if (!visit.company || !visit.terminal || !visit.moveType) return false;
  switch (visit.shape) {
    case "container": return visit.containers.length > 0;
    case "booking": return visit.booking !== null && visit.quantity > 0;
    case "line": return visit.line !== null && visit.size !== null && visit.quantity > 0;
    default: return false;
  }
}

// Asks for the shape of the second panel and builds it anew; what was in it is gone.
async function rebuild(wizard, place) {
  const { visit } = wizard;
  Object.assign(visit, { shape: null, containers: [], booking: null, line: null, size: null, quantity: 0 });
  place.replaceChildren();
  wizard.refresh();
  const wanted = { terminal: visit.terminal, move_type: visit.moveType };
  const told = await lookup("form", `?${new URLSearchParams(wanted)}`).catch(() => null);
  const isOld = visit.terminal !== wanted.terminal || visit.moveType !== wanted.move_type;
  if (told === null || isOld) return;
  const panel = { turns: {}, valid: {} };
  visit.shape = told.shape;
  wizard.panel = panel;
  place.replaceChildren(el("div", { class: "data-panel ng-star-inserted" }, ...FORMS[told.shape](wizard, panel)));
  wizard.refresh();
}

export function drawData(wizard) {
  const step = wizard.steps[0];
  const { visit } = wizard;
  const place = el("div", { class: "data-place" });
  const calendar = matButton("mat-mini-fab", { class: "calendar-check", "aria-label": "Calendar", hidden: true }, icon("event_available"));
  const company = matSelect({
    name: "truckingCompany", options: optionsOf(wizard, "companies", plain), value: visit.company,
    change: (text) => {
      visit.company = text;
      wizard.refresh();
    },
  });
  const moveType = matSelect({
    name: "moveType", options: optionsOf(wizard, "move-types", withPicture), disabled: true,
    change: (text) => {
      visit.moveType = text;
      rebuild(wizard, place);
    },
  });
  const terminal = matSelect({
    name: "terminal", options: optionsOf(wizard, "terminals", plain),
    change: (text) => {
      visit.terminal = text;
      calendar.hidden = false;
      moveType.disable(false);
      moveType.choose("PICK FULL");
    },
  });
  wizard.chooseMoveType = (text) => moveType.choose(text);
  step.ready = () => isFilled(wizard);
  step.act = async () => {
    // A check that has said no keeps the form where it is.
    if (Object.values(wizard.panel.valid).includes(false)) return;
    const told = await wizard.send("step/details", step);
    if (told) wizard.openMoves(told);
  };
  step.form.append(
    el("div", { class: "data-panel", fxlayout: "row" },
      formField("Trucking company", company.host, { required: true }),
      formField("Terminal", terminal.host, { required: true }),
      formField("Move Type", moveType.host, { required: true }),
      calendar),
    place);
}
