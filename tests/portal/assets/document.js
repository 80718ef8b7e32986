// Making elements: the few helpers every script of the portal uses.

// An element with attributes and children. A null child is left out.
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

// The icon font is not shipped: the sheet draws these glyphs instead of the ligatures.
const GLYPHS = {
  menu: "\u2630", shopping_cart: "\u26c1", settings: "\u2699", help: "?", person: "\u263b", info: "\u25cf",
  mail: "\u2709", picture_as_pdf: "\u25a4", refresh: "\u21bb", filter_alt: "\u25bd", save: "\u2193", more_vert: "\u22ee",
  keyboard_arrow_right: "\u25b8", keyboard_arrow_down: "\u25be", chevron_right: "\u203a", chevron_down: "\u2304",
  arrow_drop_down: "\u25be", arrow_drop_up: "\u25b4", cancel: "\u2297",
  check_circle: "\u2714", calendar_month: "\u25a6", event_available: "\u2611", expand_less: "\u2303", expand_more: "\u2304",
  inventory_2: "\u25a3", local_shipping: "\u2b12", create: "\u270e",
};

// A Material icon: the ligature's name is its text.
export function icon(ligature, more = "", color = "") {
  const element = el("mat-icon", {
    role: "img",
    class: `mat-icon notranslate material-icons mat-icon-no-color ${more}`.trim(),
    "aria-hidden": "true",
  });
  element.style.color = color;
  turnIcon(element, ligature);
  return element;
}

// Makes an icon another one.
export function turnIcon(element, ligature) {
  element.textContent = ligature;
  element.style.setProperty("--glyph", `"${GLYPHS[ligature] ?? "\u25ab"}"`);
}

// A button in the manner of legacy Angular Material.
export function matButton(kind, attributes, ...children) {
  const { class: more = "", ...rest } = attributes;
  return el("button", { type: "button", class: `mat-focus-indicator ${kind} mat-button-base ${more}`.trim(), ...rest },
    el("span", { class: "mat-button-wrapper" }, ...children));
}

// A legacy mat-checkbox. `change` is told the new state.
export function matCheckbox(change) {
  const input = el("input", {
    type: "checkbox", class: "mat-checkbox-input cdk-visually-hidden", tabindex: "0", "aria-checked": "false",
  });
  const host = el("mat-checkbox", { class: "mat-checkbox mat-accent ng-star-inserted" },
    el("label", { class: "mat-checkbox-layout" },
      el("span", { class: "mat-checkbox-inner-container" },
        input,
        el("span", { class: "mat-checkbox-ripple mat-focus-indicator" }),
        el("span", { class: "mat-checkbox-frame" }),
        el("span", { class: "mat-checkbox-background" })),
      el("span", { class: "mat-checkbox-label" }, "\u00a0")));
  const box = { host, input, checked: false };
  // Sets the state without telling anybody; `mixed` is for a header whose rows differ.
  box.set = (checked, mixed = false) => {
    box.checked = checked;
    input.checked = checked;
    input.indeterminate = mixed;
    input.setAttribute("aria-checked", mixed ? "mixed" : String(checked));
    host.classList.toggle("mat-checkbox-checked", checked);
    host.classList.toggle("mat-checkbox-indeterminate", mixed);
  };
  input.addEventListener("change", () => {
    box.set(input.checked);
    change(input.checked);
  });
  return box;
}

// The container of overlays, at the end of body as Material has it.
export function overlay(...children) {
  const container = el("div", { class: "cdk-overlay-container" }, ...children);
  document.body.append(container);
  return container;
}
