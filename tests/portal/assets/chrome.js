// What surrounds every signed-in page, and the page that says that nobody is signed in.
import { el, icon, matButton, overlay } from "/assets/document.js";

function userMenu(boot) {
  const button = matButton("mat-icon-button", { class: "user-menu", "aria-label": "User" }, icon("person"));
  button.addEventListener("click", () => {
    const out = el("a", { class: "mat-menu-item", role: "menuitem", href: "/signout" }, "Sign out");
    const name = el("div", { class: "user-name" }, boot.username);
    const backdrop = el("div", { class: "cdk-overlay-backdrop cdk-overlay-transparent-backdrop" });
    const opened = overlay(backdrop, el("div", { class: "mat-menu-panel", role: "menu" }, name, out));
    const close = () => {
      opened.remove();
      document.removeEventListener("keydown", onKey);
    };
    const onKey = (event) => { if (event.key === "Escape") close(); };
    backdrop.addEventListener("click", close);
    document.addEventListener("keydown", onKey);
  });
  return button;
}

function header(boot, toggle) {
  const menu = matButton("mat-icon-button", { class: "menu-button", "aria-label": "Menu" }, icon("menu"));
  menu.addEventListener("click", toggle);
  const plain = (ligature) => matButton("mat-icon-button", { "aria-label": ligature }, icon(ligature));
  const hasPerson = !boot.markup.some((change) => change.change === "person-icon-missing");
  return el("mat-toolbar", { class: "mat-toolbar header-bar mat-toolbar-single-row" },
    menu,
    el("span", { class: "brand" }, "eModal"),
    el("span", { class: "product-name" }, boot.title),
    el("span", { class: "spacer" }),
    plain("shopping_cart"), plain("settings"), plain("help"),
    hasPerson ? userMenu(boot) : null);
}

// Draws the chrome into app-root and returns the element for the page's content.
export function drawChrome(boot) {
  const entry = el("a", { class: "mat-list-item", href: `${boot.origins.containers}/containers` }, "Containers");
  const side = el("mat-sidenav", { class: "mat-drawer mat-sidenav", hidden: true }, entry);
  const content = el("div", { class: "page-content" });
  const toggle = () => { side.hidden = !side.hidden; };
  document.querySelector("app-root").replaceChildren(
    el("router-outlet"),
    header(boot, toggle),
    el("mat-sidenav-container", { class: "mat-drawer-container mat-sidenav-container" },
      side, el("mat-sidenav-content", { class: "mat-drawer-content mat-sidenav-content" }, content)));
  return content;
}

// The rendered form of an ended session. It has a toolbar too, but nobody's icon.
export function drawExpired() {
  document.querySelector("app-root").replaceChildren(
    el("mat-toolbar", { class: "mat-toolbar header-bar" }, el("span", { class: "brand" }, "eModal")),
    el("div", { class: "message-page" },
      el("h2", {}, "You are not logged in"),
      el("p", {}, "Your session has expired. Please use the back button of your browser to return and log in again.")));
}

// A prompt over the page until its button is clicked, once for each browser.
export function firstRunPrompt(text) {
  if (document.cookie.includes("first_run=done")) return;
  const button = matButton("mat-raised-button", {}, text);
  const opened = overlay(
    el("div", { class: "cdk-overlay-backdrop cdk-overlay-dark-backdrop" }),
    el("mat-dialog-container", { class: "mat-dialog-container", role: "dialog" },
      el("h2", { class: "mat-dialog-title" }, "Choose your default page"),
      el("div", { class: "mat-dialog-content" }, "You can set where you land after you log in."),
      el("div", { class: "mat-dialog-actions" }, button)));
  button.addEventListener("click", () => {
    document.cookie = "first_run=done; Path=/";
    opened.remove();
  });
}
