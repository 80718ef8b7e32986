// The start of every signed-in page: waits if it is to stay blank, then draws what the site is.
import { el } from "/assets/document.js";
import { drawChrome, firstRunPrompt } from "/assets/chrome.js";
import { drawContainers } from "/assets/list.js";
import { drawWizard } from "/assets/wizard.js";
import { drawAppointments, drawLoading } from "/assets/appointments.js";

const boot = JSON.parse(document.getElementById("boot").textContent);

function heading(content, title, text) {
  content.append(el("h1", { class: "page-title" }, title), el("p", {}, text));
}

function draw() {
  const content = drawChrome(boot);
  switch (boot.site) {
    case "account":
      heading(content, "Welcome to eModal", "You can set a default page in your preferences.");
      if (boot.first_run_prompt) firstRunPrompt(boot.first_run_prompt);
      break;
    case "containers":
      drawContainers(boot, content);
      break;
    case "wizard":
      if (boot.page === "/trucker/web/addvisit") drawWizard(boot, content);
      else heading(content, "Appointments", "Choose what to do.");
      break;
    case "appointments":
      if (boot.page === "/loading") drawLoading(boot, content);
      else drawAppointments(boot, content);
      break;
  }
}

if (boot.blank_ms > 0) setTimeout(draw, boot.blank_ms);
else draw();
