// A form made from a JSON Schema: what a field may be becomes what can be entered. What no field can show is JSON.

import { h } from "./dom.js";

let numbers = 0;

// The schema without references, and whether null will do as well.
function plain(schema, root) {
  let found = schema;
  let isNullable = false;
  for (let depth = 0; depth < 16; depth += 1) {
    if (found === true || found === undefined) return { schema: {}, isNullable };
    if (found.$ref && found.$ref.startsWith("#/")) {
      const { $ref: path, ...own } = found;
      const target = path.slice(2).split("/").reduce((at, key) => at && at[key.replace(/~1/g, "/").replace(/~0/g, "~")], root);
      found = { ...target, ...own };
      continue;
    }
    const choices = found.anyOf || found.oneOf;
    if (choices && choices.some((one) => one.type === "null")) {
      const others = choices.filter((one) => one.type !== "null");
      isNullable = true;
      const { anyOf, oneOf, ...own } = found;
      found = others.length === 1 ? { ...own, ...others[0], ...(own.description ? { description: own.description } : {}) } : { ...own, oneOf: others };
      continue;
    }
    if (found.allOf && found.allOf.length === 1) {
      const { allOf, ...own } = found;
      found = { ...allOf[0], ...own };
      continue;
    }
    if (Array.isArray(found.type)) {
      const others = found.type.filter((type) => type !== "null");
      if (others.length < found.type.length) isNullable = true;
      if (others.length !== 1) return { schema: { ...found, type: undefined }, isNullable };
      found = { ...found, type: others[0] };
    }
    return { schema: found, isNullable };
  }
  return { schema: {}, isNullable };
}

function choicesOf(schema) {
  if (schema.enum) return schema.enum.filter((value) => value !== null).map((value) => ({ value, about: "" }));
  const constants = (schema.oneOf || schema.anyOf || []).flatMap((one) =>
    "const" in one ? [{ value: one.const, about: one.description || "" }] : one.enum ? one.enum.map((value) => ({ value, about: one.description || "" })) : [null]);
  return constants.length > 0 && constants.every(Boolean) ? constants : null;
}

const titled = (name) => { const text = name.replace(/[_-]/g, " "); return text.charAt(0).toUpperCase() + text.slice(1); };
const hint = (schema) => {
  const example = Array.isArray(schema.examples) ? schema.examples[0] : undefined;
  return example === undefined || typeof example === "object" ? undefined : String(example);
};

// A field: its element, its value (undefined if left out), filling it, and showing what is wrong with it.
class Field {
  constructor(element, control, read, fill) { Object.assign(this, { element, control, read, fill, fields: {} }); }
}

function labelled(name, schema, isRequired, control, before = false) {
  const id = `field-${numbers += 1}`;
  control.id = id;
  const about = [];
  const texts = [];
  if (schema.description) texts.push(schema.description);
  // What only says how large numbers of a type can be tells nobody anything.
  const isBound = (number) => number !== undefined && Math.abs(number) < 2 ** 31 - 1;
  const bounds = [isBound(schema.minimum) && `at least ${schema.minimum}`, isBound(schema.maximum) && `at most ${schema.maximum}`,
    schema.maxItems !== undefined && `at most ${schema.maxItems} entries`, schema.minItems > 0 && `at least ${schema.minItems}`].filter(Boolean);
  if (bounds.length) texts.push(`${bounds.join(", ")}.`.replace(/^./, (letter) => letter.toUpperCase()));
  if (texts.length) about.push(h("p", { class: "about-field", id: `${id}-about` }, texts.join(" ")));
  const error = h("p", { class: "field-error", id: `${id}-error`, hidden: true });
  control.setAttribute("aria-describedby", `${texts.length ? `${id}-about ` : ""}${id}-error`);
  const label = h("label", { for: id }, titled(schema.title && schema.title.length < 40 ? schema.title : name), isRequired && h("span", { class: "required" }, " (required)"));
  return h("div", { class: `field${before ? " check" : ""}`, "data-field": name },
    before ? [h("div", { class: "line" }, control, label)] : [label, control], about, error);
}

function jsonField(name, schema, isRequired) {
  const control = h("textarea", { rows: 4, spellcheck: "false", class: "code", placeholder: "JSON", "data-json": true });
  return new Field(labelled(name, { ...schema, description: `${schema.description || ""} (as JSON)`.trim() }, isRequired, control), control,
    () => { if (!control.value.trim()) return undefined; return JSON.parse(control.value); },
    (value) => { control.value = value === undefined ? "" : JSON.stringify(value, null, 2); });
}

function field(name, declared, root, isRequired, depth) {
  const { schema, isNullable } = plain(declared, root);
  const choices = choicesOf(schema);
  const needed = isRequired && !isNullable;
  if (choices) {
    const control = h("select", { required: needed },
      h("option", { value: "" }, needed ? "Choose…" : "–"),
      choices.map(({ value, about }, n) => h("option", { value: String(n) }, about ? `${value}: ${about}` : String(value))));
    const fill = (value) => { const n = choices.findIndex((one) => one.value === value); control.value = n < 0 ? "" : String(n); };
    if (schema.default !== undefined) fill(schema.default);
    return new Field(labelled(name, schema, needed, control), control, () => control.value === "" ? undefined : choices[Number(control.value)].value, fill);
  }
  switch (schema.type) {
    case "boolean": {
      if (isNullable || (schema.default === undefined && !isRequired)) {
        const control = h("select", {}, h("option", { value: "" }, "–"), h("option", { value: "yes" }, "Yes"), h("option", { value: "no" }, "No"));
        const fill = (value) => { control.value = value === true ? "yes" : value === false ? "no" : ""; };
        fill(schema.default);
        return new Field(labelled(name, schema, needed, control), control, () => control.value === "" ? undefined : control.value === "yes", fill);
      }
      const control = h("input", { type: "checkbox" });
      const fill = (value) => { control.checked = value === true; };
      fill(schema.default);
      const standard = schema.default === true;
      return new Field(labelled(name, schema, false, control, true), control,
        () => control.checked === standard && !isRequired ? undefined : control.checked, fill);
    }
    case "integer":
    case "number": {
      const control = h("input", { type: "number", required: needed, min: schema.minimum, max: schema.maximum,
        step: schema.type === "integer" ? 1 : "any", placeholder: hint(schema), inputmode: schema.type === "integer" ? "numeric" : "decimal" });
      const fill = (value) => { control.value = value === undefined || value === null ? "" : String(value); };
      fill(schema.default);
      return new Field(labelled(name, schema, needed, control), control, () => control.value === "" ? undefined : Number(control.value), fill);
    }
    case "string": {
      const kind = { date: "date", email: "email", uri: "url" }[schema.format] || (schema.format === "date-time" ? "datetime-local" : "text");
      const control = h("input", { type: kind, required: needed, minlength: schema.minLength, maxlength: schema.maxLength,
        pattern: schema.pattern ? `.*(?:${schema.pattern}).*` : undefined, title: schema.pattern ? `In the form ${schema.pattern}` : undefined,
        placeholder: hint(schema), spellcheck: "false", autocomplete: "off", autocapitalize: "off" });
      const isTime = kind === "datetime-local";
      const fill = (value) => {
        if (value === undefined || value === null) control.value = "";
        else if (isTime) { const at = new Date(value); control.value = new Date(at - at.getTimezoneOffset() * 60000).toISOString().slice(0, 16); }
        else control.value = value;
      };
      fill(schema.default);
      return new Field(labelled(name, schema, needed, control), control,
        () => control.value === "" ? undefined : isTime ? new Date(control.value).toISOString() : control.value, fill);
    }
    case "array": {
      const inner = plain(schema.items, root).schema;
      if ((inner.type === "string" || inner.type === "integer" || inner.type === "number") && !choicesOf(inner)) {
        const control = h("textarea", { rows: 4, required: needed, spellcheck: "false", placeholder: hint(inner), autocapitalize: "off" });
        const fill = (value) => { control.value = (value || []).join("\n"); };
        fill(schema.default);
        const own = { ...schema, description: `${schema.description || ""} One on each line.`.trim() };
        const read = () => {
          const lines = control.value.split(/[\n,;]/).map((line) => line.trim()).filter(Boolean);
          if (lines.length === 0) return undefined;
          return inner.type === "string" ? lines : lines.map(Number);
        };
        return new Field(labelled(name, own, needed, control), control, read, fill);
      }
      if (inner.type === "object" && inner.properties && depth < 3) return rows(name, schema, inner, root, needed, depth);
      return jsonField(name, schema, needed);
    }
    case "object": {
      if (!schema.properties || depth >= 3) return jsonField(name, schema, needed);
      const group = objectFields(schema, root, depth + 1);
      const element = h("fieldset", { class: "field group", "data-field": name }, h("legend", {}, titled(name)),
        schema.description && h("p", { class: "about-field" }, schema.description), Object.values(group.fields).map((one) => one.element),
        h("p", { class: "field-error", hidden: true }));
      const made = new Field(element, element, () => { const value = group.read(); return Object.keys(value).length === 0 && !needed ? undefined : value; }, group.fill);
      made.fields = group.fields;
      return made;
    }
    default:
      return jsonField(name, schema, needed);
  }
}

// Objects of one kind, as many as wanted.
function rows(name, schema, inner, root, isRequired, depth) {
  const list = h("div", { class: "row-list" });
  const made = [];
  const error = h("p", { class: "field-error", hidden: true });
  const element = h("fieldset", { class: "field group", "data-field": name }, h("legend", {}, titled(name), isRequired && h("span", { class: "required" }, " (required)")),
    schema.description && h("p", { class: "about-field" }, schema.description), list,
    h("button", { type: "button", class: "small", onclick: () => { add().fields[Object.keys(inner.properties)[0]].control.focus(); } }, "Add an entry"), error);
  const number = () => { made.forEach((row, n) => { row.legend.textContent = `Entry ${n + 1}`; result.fields[n] = row; }); };
  function add() {
    const group = objectFields(inner, root, depth + 1);
    const legend = h("legend", {});
    const row = { ...group, legend };
    row.element = h("fieldset", { class: "group entry" }, legend, Object.values(group.fields).map((one) => one.element),
      h("button", { type: "button", class: "quiet small", onclick: () => {
        made.splice(made.indexOf(row), 1); row.element.remove(); delete result.fields[made.length]; number();
      } }, "Remove this entry"));
    made.push(row);
    list.append(row.element);
    number();
    return row;
  }
  const result = new Field(element, element,
    () => made.length === 0 ? undefined : made.map((row) => row.read()),
    (value) => { while (made.length) made.pop().element.remove(); result.fields = {}; for (const one of value || []) add().fill(one); });
  if (isRequired) add();
  return result;
}

function objectFields(schema, root, depth) {
  const required = new Set(schema.required || []);
  const fields = {};
  const names = Object.keys(schema.properties || {});
  // What has to be said comes first.
  names.sort((a, b) => Number(required.has(b)) - Number(required.has(a)));
  for (const name of names) fields[name] = field(name, schema.properties[name], root, required.has(name), depth);
  return {
    fields,
    read() {
      const value = {};
      for (const [name, one] of Object.entries(fields)) {
        const read = one.read();
        if (read !== undefined) value[name] = read;
      }
      return value;
    },
    fill(value) { for (const [name, one] of Object.entries(fields)) one.fill(value ? value[name] : undefined); },
  };
}

// A form for a schema: its element, `read`, `fill`, and `wrong(pointer, text)`, which says whether a field shows it.
export function schemaForm(declared) {
  const { schema } = plain(declared || {}, declared || {});
  const hasFields = schema.properties && Object.keys(schema.properties).length > 0;
  const group = hasFields ? objectFields(schema, declared, 0) : { fields: {}, read: () => ({}), fill() {} };
  const element = h("div", { class: "fields" }, Object.values(group.fields).map((one) => one.element));
  const takesMore = !hasFields && schema.type !== "object" && Object.keys(schema).some((key) => !["title", "description", "$schema", "type"].includes(key));

  function clear() {
    for (const text of element.querySelectorAll(".field-error")) { text.hidden = true; text.textContent = ""; }
    for (const one of element.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
  }

  function wrong(pointer, text) {
    const keys = pointer.split("/").slice(1).map((key) => key.replace(/~1/g, "/").replace(/~0/g, "~"));
    const missing = /"([^"]+)" is a required property/.exec(text);
    if (missing) keys.push(missing[1]);
    let at = { fields: group.fields };
    let deepest = null;
    for (const key of keys) {
      const next = at.fields && at.fields[key];
      if (!next) break;
      if (next.control) deepest = next;
      at = next;
    }
    if (!deepest) return null;
    const line = [...deepest.element.children].find((child) => child.classList.contains("field-error"));
    line.textContent = line.textContent ? `${line.textContent} ${text}` : text;
    line.hidden = false;
    deepest.control.setAttribute("aria-invalid", "true");
    return deepest;
  }

  return { element, read: group.read, fill: group.fill, clear, wrong, fields: group.fields, needsJson: takesMore };
}
