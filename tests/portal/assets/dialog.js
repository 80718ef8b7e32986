// Dialogs of the wizard, closed by CLOSE.
import { el, matButton, overlay } from "/assets/document.js";

// Shows a text. One that freezes covers the page, and only CLOSE ends it.
export function showDialog(text, freezes = false) {
  const close = matButton("mat-button", {}, "CLOSE");
  const opened = overlay(
    freezes && el("div", { class: "cdk-overlay-backdrop cdk-overlay-dark-backdrop cdk-overlay-backdrop-showing" }) || null,
    el("mat-dialog-container", { class: "mat-dialog-container", role: "dialog", "aria-modal": "true" },
      el("div", { class: "dialog-content" }, text),
      el("div", { class: "mat-dialog-actions" }, close)));
  if (!freezes) opened.classList.add("see-through");
  const root = document.querySelector("app-root");
  root.inert = freezes;
  close.addEventListener("click", () => {
    root.inert = false;
    opened.remove();
  });
}
