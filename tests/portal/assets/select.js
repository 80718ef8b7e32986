// A legacy mat-select: its panel is an overlay at the end of body, over a backdrop.
import { el, icon, overlay } from "/assets/document.js";

const PANEL_PX = 256;
const OPTION_PX = 42;
const EDGE_PX = 8;

// An option's element. The picture, if there is one, stands before the text.
export function matOption({ text, picture }, chosen, choose) {
  const option = el("mat-option", {
    role: "option", tabindex: "0", class: `mat-option mat-focus-indicator ${chosen ? "mat-selected mat-active" : ""}`.trim(),
    "aria-selected": String(chosen),
  }, el("span", { class: "mat-option-text" }, picture ? icon(picture, "move-picture") : null, ` ${text} `),
  el("div", { class: "mat-option-ripple mat-ripple" }));
  option.addEventListener("click", () => choose(text));
  return option;
}

// Lays a panel over the middle of its trigger, within the window.
function place(pane, trigger, count) {
  const box = trigger.getBoundingClientRect();
  const height = Math.min(PANEL_PX, Math.max(count, 1) * OPTION_PX);
  const top = Math.min(box.top + box.height / 2 - height / 2, innerHeight - height - EDGE_PX);
  pane.style.top = `${Math.max(EDGE_PX, top)}px`;
  pane.style.left = `${box.left}px`;
  pane.style.minWidth = `${box.width}px`;
}

function openPanel(select) {
  const panel = el("div", { role: "listbox", class: "mat-select-panel mat-primary" });
  const pane = el("div", { class: "cdk-overlay-pane" }, el("div", { class: "mat-select-panel-wrap" }, panel));
  const backdrop = el("div", { class: "cdk-overlay-backdrop cdk-overlay-transparent-backdrop cdk-overlay-backdrop-showing" });
  const opened = overlay(backdrop, el("div", { class: "cdk-overlay-connected-position-bounding-box" }, pane));
  const close = () => {
    opened.remove();
    document.removeEventListener("keydown", onKey, true);
    select.host.setAttribute("aria-expanded", "false");
    select.opened = false;
    select.host.focus();
  };
  const onKey = (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  };
  const choose = (text) => {
    close();
    if (text !== select.value) select.choose(text);
  };
  select.opened = true;
  select.host.setAttribute("aria-expanded", "true");
  backdrop.addEventListener("click", close);
  document.addEventListener("keydown", onKey, true);
  const fill = (options) => {
    panel.replaceChildren(...options.map((option) => matOption(option, option.text === select.value, choose)));
    place(pane, select.host, options.length);
    panel.querySelector(".mat-selected")?.scrollIntoView({ block: "nearest" });
  };
  place(pane, select.host, 0);
  select.options().then(fill, () => {});
}

// `options` is a function that promises what there is to choose from, or a list.
export function matSelect({ name, options, value = null, disabled = false, change }) {
  const text = el("span", { class: "mat-select-min-line" });
  const holder = el("span", { class: "mat-select-placeholder mat-select-min-line" }, "");
  const shown = el("div", { class: "mat-select-value" }, holder);
  const host = el("mat-select", {
    role: "combobox", "aria-haspopup": "true", "aria-expanded": "false", "aria-required": "true",
    "aria-disabled": String(disabled), formcontrolname: name, tabindex: disabled ? "-1" : "0",
    class: `mat-select ${disabled ? "mat-select-disabled" : ""} mat-select-empty`,
  }, el("div", { class: "mat-select-trigger" }, shown,
    el("div", { class: "mat-select-arrow-wrapper" }, el("div", { class: "mat-select-arrow" }))));
  const select = { host, value: null, opened: false, disabled };
  select.options = typeof options === "function" ? options : () => Promise.resolve(options);
  // Sets the value without telling anybody.
  select.set = (value) => {
    select.value = value;
    text.textContent = value ?? "";
    shown.replaceChildren(value === null ? holder : el("span", { class: "mat-select-value-text" }, text));
    host.classList.toggle("mat-select-empty", value === null);
  };
  select.choose = (value) => {
    select.set(value);
    change?.(value);
  };
  select.disable = (disabled) => {
    select.disabled = disabled;
    host.setAttribute("aria-disabled", String(disabled));
    host.classList.toggle("mat-select-disabled", disabled);
  };
  const open = () => { if (!select.disabled && !select.opened) openPanel(select); };
  host.addEventListener("click", open);
  host.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    open();
  });
  select.set(value);
  return select;
}
