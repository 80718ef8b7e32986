// Step 3, the times, and step 4, what comes of a submit.
import { el, icon, matButton, overlay, turnIcon } from "/assets/document.js";
import { matSelect } from "/assets/select.js";

const yesNo = (on) => (on ? "Yes" : "No");

function summary(visit, move) {
  const pairs = [
    ["Move Type", visit.moveType], ["Unit Number", move.container ?? move.unit], ["Line", move.line],
    ["Equip size", move.size], ["Own chassis", yesNo(move.ownChassis)], ["Truck Plate", visit.plate],
  ];
  return el("div", { class: "move-summary", fxlayout: "row" }, ...pairs.map(([label, value]) =>
    el("div", { class: "summary-item" }, el("div", { class: "summary-label" }, label), el("div", { class: "summary-value" }, value ?? ""))));
}

// `Weekday MM/DD/YYYY`, the day of a slot.
const dayOf = (option) => option.split(" ").slice(0, 2).join(" ");

// The date view of an export: days, and the times of the one that is chosen.
function openDates(options, choose) {
  const times = el("div", { class: "date-view-times" });
  const backdrop = el("div", { class: "cdk-overlay-backdrop cdk-overlay-transparent-backdrop" });
  const days = [...new Set(options.filter((option) => /\d{2}:\d{2}$/.test(option)).map(dayOf))].map((day) => {
    const button = el("button", { type: "button", class: "date-view-day", "aria-label": day }, day);
    button.addEventListener("click", () => {
      const fitting = options.filter((option) => dayOf(option) === day);
      times.replaceChildren(...fitting.map((option) => {
        const time = el("button", { type: "button", class: "date-view-time" }, option);
        time.addEventListener("click", () => {
          close();
          choose(option);
        });
        return time;
      }));
    });
    return button;
  });
  const opened = overlay(backdrop, el("div", { class: "date-view", role: "dialog" }, el("div", { class: "date-view-days" }, ...days), times));
  const onKey = (event) => { if (event.key === "Escape") close(); };
  const close = () => {
    opened.remove();
    document.removeEventListener("keydown", onKey);
  };
  backdrop.addEventListener("click", close);
  document.addEventListener("keydown", onKey);
}

function slotPicker(wizard, told, move) {
  [move.slot] = told.options;
  if (!told.is_export) {
    const select = matSelect({
      name: wizard.changed("slot-select-renamed") ? "appointmentSlot" : "slot", options: told.options.map((text) => ({ text })), value: move.slot,
      change: (text) => { move.slot = text; },
    });
    return el("div", { class: "slot" }, select.host);
  }
  const text = el("span", { class: "slot-text" }, move.slot);
  const calendar = matButton("mat-icon-button", { "aria-label": "Calendar" }, icon("calendar_month"));
  calendar.addEventListener("click", () => openDates(told.options, (option) => {
    move.slot = option;
    text.textContent = option;
  }));
  return el("div", { class: "slot" }, text, calendar);
}

function slotCard(wizard, told, move) {
  const body = el("div", { class: "slot-body" }, summary(wizard.visit, move), slotPicker(wizard, told, move));
  const chevron = told.collapses ? icon("expand_less", "collapse-chevron") : null;
  chevron?.addEventListener("click", () => {
    body.hidden = !body.hidden;
    turnIcon(chevron, body.hidden ? "expand_more" : "expand_less");
  });
  return el("div", { class: "slot-card ng-star-inserted" }, chevron, body);
}

function confirm(wizard, { numbers }) {
  const { boot, steps } = wizard;
  const isBare = boot.wizard.confirmation === "sentence";
  const lines = isBare
    ? [el("p", { class: "confirmation" }, "Your request has been submitted.")]
    : [el("h2", { class: "confirmation" }, "Your appointment has been created"),
      ...numbers.map((number) => el("p", {}, "Appointment number: ", el("span", { class: "appointment-number" }, number)))];
  steps[3].form.replaceChildren(...lines);
  wizard.show(3);
  if (isBare) {
    setTimeout(() => { location.href = `${boot.origins.appointments}/myappointments`; }, boot.wizard.redirect_ms);
  }
}

// One id for each click that is sent: the ledger tells two clicks from two moves by it.
function clickId() {
  return [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function drawSlots(wizard) {
  const step = wizard.steps[2];
  const { visit } = wizard;
  let lost = 0;
  wizard.openSlots = (told) => {
    lost = told.lost_clicks;
    const note = told.note && el("div", { class: "info-box ng-star-inserted" }, icon("info"), told.note);
    step.error.hidden = true;
    step.form.replaceChildren(el("div", { class: "slot-area" }, note || "", ...visit.moves.map((move) => slotCard(wizard, told, move))));
    wizard.show(2);
  };
  // Nothing keeps a second click from being sent as well.
  step.act = async () => {
    if (lost > 0) {
      lost -= 1;
      return;
    }
    const told = await wizard.send(`submit?request=${clickId()}`, step);
    if (told) confirm(wizard, told);
  };
}
