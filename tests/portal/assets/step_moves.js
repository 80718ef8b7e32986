// Step 2: the moves of the visit, each with its card, and the truck they share.
import { el, matButton, matCheckbox, overlay } from "/assets/document.js";
import { autocomplete, formField, pillSwitch, textInput, tick } from "/assets/fields.js";
import { matSelect } from "/assets/select.js";
import { lookup } from "/assets/wizard.js";

const MOVE_TYPES = ["PICK FULL", "DROP FULL", "PICK EMPTY", "DROP EMPTY"];
const UNIT_LENGTH = 11;
const SEALS = [1, 2, 3, 4];

function disabledField(label, name, value) {
  const input = textInput(name, { disabled: true });
  input.value = value ?? "";
  return formField(label, input);
}

// An input that writes into a move.
function moveInput(move, name, write, attributes = {}) {
  const input = textInput(name, attributes);
  input.addEventListener("input", () => {
    if (name === "Unit") input.value = input.value.toUpperCase();
    write(input.value.trim());
    move.judge();
  });
  return input;
}

function unitFields(move) {
  const unit = moveInput(move, "Unit", (text) => { move.unit = text; }, { maxlength: String(UNIT_LENGTH), class: "mat-input-element uppercase" });
  const seal = (number) => formField(`Seal ${number}`, moveInput(move, `Seal${number}_Num`, (text) => { move.seals[number - 1] = text; }));
  return [formField("Unit Number", unit, { required: true }), ...SEALS.map(seal)];
}

function moveCard(wizard, told, { container, line, equip_size: size, own_chassis: ownChassis }) {
  const { visit } = wizard;
  const move = {
    container, line, size, ownChassis, pin: "", unit: "", seals: told.is_export ? ["", "", "", ""] : [], slot: "",
    box: matCheckbox(() => wizard.movesChanged()),
    mark: tick(wizard.boot.wizard.tick_ms, () => wizard.movesChanged()),
  };
  const isRight = () => (!told.asks_pin || move.pin !== "") && (!told.is_export || move.unit.length === UNIT_LENGTH);
  move.judge = () => move.mark.set(isRight());
  const kind = matSelect({ name: "MoveType", options: [], value: visit.moveType, disabled: true });
  const chassis = pillSwitch("OwnChassis", ownChassis, (on) => { move.ownChassis = on; });
  const pin = told.asks_pin
    ? formField("PIN", moveInput(move, "Pin", (text) => { move.pin = text; }), { required: true }) : null;
  move.host = el("div", { class: "move-card ng-star-inserted", fxlayout: "row" },
    move.box.host,
    formField("Move Type", kind.host),
    ...(told.is_export ? unitFields(move) : [disabledField("Unit Number", "UnitNumber", container)]),
    disabledField("Line", "Line", line),
    disabledField("Equip size", "EquipSize", size),
    el("div", { class: "own-chassis" }, el("span", { class: "own-chassis-label" }, "Own chassis"), chassis),
    pin,
    move.mark.host);
  return move;
}

function plateField(wizard) {
  const mark = tick(wizard.boot.wizard.tick_ms, () => wizard.movesChanged());
  const input = autocomplete({
    name: "Plate",
    options: () => lookup("plates"),
    change: (text) => {
      wizard.visit.plate = text;
      mark.set(text !== "");
    },
  });
  return { host: el("div", { class: "plate", fxlayout: "row" }, formField("Truck Plate", input, { required: true }), mark.host), mark };
}

// ADD MOVE leads back to step 1 with another move type.
function addMove(wizard) {
  const button = matButton("mat-button", { class: "add-move", "aria-haspopup": "true" }, "ADD MOVE");
  button.addEventListener("click", () => {
    const backdrop = el("div", { class: "cdk-overlay-backdrop cdk-overlay-transparent-backdrop" });
    const items = MOVE_TYPES.map((text) => el("button", { class: "mat-menu-item", role: "menuitem", type: "button" }, text));
    const opened = overlay(backdrop, el("div", { class: "mat-menu-panel", role: "menu" }, ...items));
    backdrop.addEventListener("click", () => opened.remove());
    for (const item of items) {
      item.addEventListener("click", () => {
        opened.remove();
        wizard.chooseMoveType(item.textContent);
        wizard.show(0);
      });
    }
  });
  return button;
}

export function drawMoves(wizard) {
  const step = wizard.steps[1];
  const { visit } = wizard;
  let plate = { mark: { green: false } };
  let discard = null;
  wizard.movesChanged = () => {
    if (discard) discard.disabled = !visit.moves.some((move) => move.box.checked);
    wizard.refresh();
  };
  step.ready = () => visit.moves.length > 0 && plate.mark.green
    && visit.moves.every((move) => move.mark.green && (move.box.checked || !wizard.boot.wizard.checkbox_needed));
  step.act = async () => {
    const told = await wizard.send("step/slots", step);
    if (told) wizard.openSlots(told);
  };
  wizard.openMoves = (told) => {
    visit.plate = "";
    visit.moves = [];
    visit.moves = told.moves.map((move) => moveCard(wizard, told, move));
    plate = plateField(wizard);
    discard = matButton("mat-button", { class: "discard", disabled: true }, "DISCARD");
    discard.addEventListener("click", () => {
      for (const move of visit.moves.filter((move) => move.box.checked)) move.host.remove();
      visit.moves = visit.moves.filter((move) => !move.box.checked);
      wizard.movesChanged();
      if (visit.moves.length === 0) wizard.show(0);
    });
    step.form.replaceChildren(
      el("div", { class: "visit-title", fxlayout: "row" },
        el("span", { class: "visit-company" }, visit.company), el("span", { class: "visit-terminal" }, visit.terminal),
        el("span", { class: "spacer" }), discard),
      ...visit.moves.map((move) => move.host),
      plate.host,
      addMove(wizard));
    for (const move of visit.moves) move.judge();
    wizard.show(1);
  };
}
