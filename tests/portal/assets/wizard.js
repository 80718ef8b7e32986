// The appointment wizard: its stepper, its footers, and what its steps share.
import { el, matButton } from "/assets/document.js";
import { ask } from "/assets/ask.js";
import { showDialog } from "/assets/dialog.js";
import { drawData } from "/assets/step_data.js";
import { drawMoves } from "/assets/step_moves.js";
import { drawSlots } from "/assets/step_slots.js";

const STEPS = ["Add required data", "Add move details", "Choose appointment time", "Confirmation"];
const API = "/trucker/web/api";

// A list of the wizard. One that is not lazy was asked for as the page began.
export function lookup(list, query = "") {
  return ask(`${API}/lookup/${list}${query}`).then((response) => (response.ok ? response.json() : Promise.reject(response)));
}

export async function validate(what, query) {
  const response = await ask(`${API}/validate/${what}?${new URLSearchParams(query)}`).catch(() => null);
  return response?.ok ? response.json() : response?.status === 422 ? { refusal: await response.json() } : null;
}

function stepHeader(title, index) {
  return el("mat-step-header", {
    role: "tab", class: "mat-horizontal-stepper-header mat-step-header", "aria-posinset": String(index + 1),
    "aria-setsize": String(STEPS.length), "aria-selected": "false", tabindex: "-1",
  },
  el("div", { class: "mat-step-icon mat-step-icon-state-number" },
    el("div", { class: "mat-step-icon-content" }, el("span", {}, String(index + 1)))),
  el("div", { class: "mat-step-label" }, el("div", { class: "mat-step-text-label" }, title)));
}

// A step's page: the form scrolls by itself, the footer stays at the lower edge.
function stepPage(wizard, index) {
  const form = el("div", { class: "step-form" });
  const error = el("div", { class: "step-error text-danger", hidden: true });
  const step = { form, error, next: null, ready: () => false, act: async () => {} };
  const back = index === 1 || index === 2 ? matButton("mat-button", { class: "text-back" }, "Back") : null;
  back?.addEventListener("click", () => wizard.show(index - 1));
  step.next = matButton("mat-button", { class: "next" }, "Next");
  step.next.addEventListener("click", () => wizard.next(step));
  const submit = index === 2 ? matButton("mat-raised-button", { class: "submit" }, "Submit") : null;
  submit?.addEventListener("click", () => step.act());
  step.next.hidden = index > 1;
  step.host = el("div", { class: "mat-horizontal-stepper-content", role: "tabpanel" },
    form, error, el("div", { class: "step-footer", fxlayout: "row" }, el("span", { class: "spacer" }), back, step.next, submit));
  return step;
}

// What goes with every step: all that has been filled in so far.
function visitForm({ visit }) {
  const { company, terminal, moveType, containers, booking, line, size, quantity, plate, moves } = visit;
  return {
    company, terminal, move_type: moveType, containers, booking, line, equip_size: size, quantity, plate,
    moves: moves.map(({ container, ownChassis, pin, unit, seals, slot }) =>
      ({ container, own_chassis: ownChassis, pin, unit, seals, slot })),
  };
}

// Posts the form; `null` is a refusal or a failure, which the page has shown or not.
async function send(wizard, path, step) {
  step.error.hidden = true;
  const response = await ask(`${API}/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(visitForm(wizard)),
  }).catch(() => null);
  // The connection broke: nothing shows.
  if (response === null) return null;
  if (response.ok) return response.json();
  if (response.status === 422) refuse(step, await response.json());
  else showDialog("An unexpected error occurred");
  return null;
}

function refuse(step, { text, dialog }) {
  if (dialog) {
    showDialog(text);
    return;
  }
  step.error.textContent = text;
  step.error.hidden = false;
}

function show(wizard, index) {
  const isUnmarked = wizard.changed("stepper-unmarked");
  wizard.headers.forEach((header, place) => {
    if (isUnmarked) for (const name of ["aria-selected", "aria-posinset"]) header.removeAttribute(name);
    else header.setAttribute("aria-selected", String(place === index));
    header.classList.toggle("step-done", place < index);
    header.querySelector(".mat-step-icon").classList.toggle("mat-step-icon-selected", place === index);
    header.querySelector(".mat-step-label").classList.toggle("mat-step-label-selected", place === index);
  });
  wizard.steps.forEach((step, place) => { step.host.hidden = place !== index; });
  wizard.refresh();
}

export function drawWizard(boot, content) {
  const wizard = {
    boot,
    headers: STEPS.map(stepHeader),
    steps: [],
    // Checks on their way; while there are any, Next does nothing.
    pending: 0,
    busy: false,
    visit: {
      company: boot.company, terminal: null, moveType: null, shape: null,
      containers: [], booking: null, line: null, size: null, quantity: 0, plate: "", moves: [],
    },
  };
  wizard.changed = (name) => boot.markup.some((change) => change.change === name);
  wizard.show = (index) => show(wizard, index);
  wizard.send = (path, step) => send(wizard, path, step);
  wizard.refuse = refuse;
  // Next looks active once the form is filled, also while a check is on its way.
  wizard.refresh = () => {
    for (const step of wizard.steps) step.next.classList.toggle("text-next", step.ready());
  };
  wizard.next = async (step) => {
    if (!step.ready() || wizard.pending > 0 || wizard.busy) return;
    wizard.busy = true;
    await step.act();
    wizard.busy = false;
  };
  wizard.steps = STEPS.map((_, index) => stepPage(wizard, index));
  drawData(wizard);
  drawMoves(wizard);
  drawSlots(wizard);
  content.classList.add("wizard-page");
  content.append(el("mat-horizontal-stepper", { class: "mat-stepper-horizontal", role: "tablist" },
    el("div", { class: "mat-horizontal-stepper-header-container" }, ...wizard.headers),
    el("div", { class: "mat-horizontal-content-container" }, ...wizard.steps.map((step) => step.host))));
  wizard.show(0);
}
