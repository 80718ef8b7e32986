// The other controls of the wizard: form fields, chips, autocompletes, the pill switch.
import { el, icon, overlay } from "/assets/document.js";
import { matOption } from "/assets/select.js";

export const CHIPS_MAX = 10;

let ids = 0;

// Gives a control the id its label names. A label of a select leads nowhere all the same:
// only native inputs can be labelled.
function identify(control) {
  const kind = control.localName === "input" ? "mat-input" : control.localName;
  control.id = `${kind}-${ids}`;
  ids += 1;
  return control.id;
}

// A legacy mat-form-field around a control. Without a label the control stands alone.
export function formField(label, control, { required = false, hint = null } = {}) {
  const id = identify(control);
  const mark = required ? el("span", { class: "mat-form-field-required-marker", "aria-hidden": "true" }, " *") : null;
  return el("mat-form-field", { class: "mat-form-field mat-form-field-appearance-legacy ng-star-inserted" },
    el("div", { class: "mat-form-field-wrapper" },
      el("div", { class: "mat-form-field-flex" },
        el("div", { class: "mat-form-field-infix" }, control,
          label && el("span", { class: "mat-form-field-label-wrapper" },
            el("label", { class: "mat-form-field-label", for: id, "aria-owns": id }, el("mat-label", {}, label), mark)))),
      el("div", { class: "mat-form-field-subscript-wrapper" }, hint)));
}

export function textInput(name, attributes = {}) {
  return el("input", { type: "text", formcontrolname: name, class: "mat-input-element", autocomplete: "off", ...attributes });
}

// Chips: Enter adds what `accepts` takes; anything else stays in the input, in red.
export function chipInput({ name, placeholder, most, accepts, change }) {
  const input = textInput(name, { placeholder, class: "mat-chip-input mat-input-element" });
  const list = el("div", { class: "mat-chip-list-wrapper" }, input);
  const counter = el("mat-hint", { class: "mat-hint" });
  const chips = { host: el("mat-chip-list", { class: "mat-chip-list", role: "listbox" }, list), counter, values: [] };
  const refresh = () => { counter.textContent = `${chips.values.length} / Maximum Allowed(${most})`; };
  const changed = () => {
    refresh();
    change(chips.values);
  };
  chips.add = (typed) => {
    const value = typed.trim().toUpperCase();
    if (!accepts(value) || chips.values.includes(value) || chips.values.length >= most) return false;
    const remove = icon("cancel", "mat-chip-remove mat-chip-trailing-icon");
    remove.setAttribute("matchipremove", "");
    const chip = el("mat-chip", { class: "mat-chip mat-standard-chip ng-star-inserted", role: "option" }, ` ${value} `, remove);
    remove.addEventListener("click", () => {
      chips.values = chips.values.filter((other) => other !== value);
      chip.remove();
      changed();
    });
    chips.values.push(value);
    input.before(chip);
    changed();
    return true;
  };
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const added = chips.add(input.value);
    if (added) input.value = "";
    input.classList.toggle("ng-invalid", !added);
  });
  refresh();
  return chips;
}

// An input with a panel of what contains the typed text. It has no backdrop: a click beside
// it closes it and also clicks what lies there.
export function autocomplete({ name, options, change, placeholder = "" }) {
  const input = textInput(name, {
    class: "mat-input-element mat-autocomplete-trigger", role: "combobox", "aria-autocomplete": "list",
    "aria-expanded": "false", placeholder,
  });
  let opened = null;
  const close = () => {
    opened?.remove();
    opened = null;
    input.setAttribute("aria-expanded", "false");
  };
  const choose = (text) => {
    input.value = text;
    close();
    change(text);
  };
  const open = async () => {
    const all = await options().catch(() => []);
    const typed = input.value.trim().toUpperCase();
    const fitting = all.filter((text) => text.toUpperCase().includes(typed));
    close();
    if (fitting.length === 0 || document.activeElement !== input) return;
    const panel = el("div", { class: "mat-autocomplete-panel mat-autocomplete-visible", role: "listbox" },
      ...fitting.map((text) => matOption({ text }, false, choose)));
    const pane = el("div", { class: "cdk-overlay-pane" }, panel);
    const box = input.getBoundingClientRect();
    pane.style.top = `${box.bottom}px`;
    pane.style.left = `${box.left}px`;
    pane.style.minWidth = `${box.width}px`;
    opened = overlay(el("div", { class: "cdk-overlay-connected-position-bounding-box" }, pane));
    opened.classList.add("see-through");
    input.setAttribute("aria-expanded", "true");
  };
  input.addEventListener("focus", open);
  input.addEventListener("input", () => {
    change(input.value.trim());
    open();
  });
  input.addEventListener("keydown", (event) => { if (event.key === "Escape" || event.key === "Tab") close(); });
  document.addEventListener("mousedown", (event) => {
    if (event.target !== input && !opened?.contains(event.target)) close();
  });
  return input;
}

// The pill: NO in red, or YES.
export function pillSwitch(name, initial, change) {
  const input = el("input", { type: "checkbox", role: "switch", class: "mat-slide-toggle-input cdk-visually-hidden" });
  const text = el("span", { class: "mat-slide-toggle-content" });
  const host = el("mat-slide-toggle", { class: "mat-slide-toggle", formcontrolname: name },
    el("label", { class: "mat-slide-toggle-label" }, el("span", { class: "mat-slide-toggle-bar" }, input), text));
  const show = () => {
    input.setAttribute("aria-checked", String(input.checked));
    text.textContent = input.checked ? "YES" : "NO";
    host.classList.toggle("mat-checked", input.checked);
  };
  input.checked = initial;
  input.addEventListener("change", () => {
    show();
    change(input.checked);
  });
  show();
  return host;
}

// A tick that turns green some time after what it stands for has become right.
export function tick(delayMs, changed) {
  const mark = { host: icon("check_circle", "tick tick-grey"), green: false };
  let waiting = 0;
  const show = (green) => {
    mark.green = green;
    mark.host.classList.toggle("tick-green", green);
    mark.host.classList.toggle("tick-grey", !green);
    changed();
  };
  mark.set = (right) => {
    clearTimeout(waiting);
    if (!right) show(false);
    else if (!mark.green) waiting = setTimeout(() => show(true), delayMs);
  };
  return mark;
}
