// The login form: LOGIN stays disabled until both inputs are filled and the challenge is met.
import { el } from "/assets/document.js";

const card = document.querySelector("main");
const form = document.querySelector("form");
const [user, password] = form.querySelectorAll("input[type=text], input[type=password]");
const button = form.querySelector("button[type=submit]");
const challenge = { kind: form.dataset.challenge, id: form.elements.Challenge.value, met: false };
challenge.met = challenge.kind === "none";

const blankMs = Number(card.dataset.blankMs);
if (blankMs > 0) {
  card.style.display = "none";
  setTimeout(() => { card.style.display = ""; }, blankMs);
}

function refresh() {
  button.disabled = !(challenge.met && user.value && password.value);
}

// Returns the server's answer: whether the challenge is met, or the id of the next one.
async function answer(text) {
  const body = new URLSearchParams({ id: challenge.id, answer: text });
  const response = await fetch("/Account/Challenge", { method: "POST", body });
  const told = await response.json();
  challenge.met = told.met;
  if (!told.met) {
    challenge.id = told.id;
    form.elements.Challenge.value = told.id;
  }
  refresh();
  return told.met;
}

function checkbox(place) {
  const box = el("input", { type: "checkbox", id: "challenge-box" });
  box.addEventListener("change", async () => {
    if (box.checked) box.checked = box.disabled = await answer("checked");
  });
  place.replaceChildren(box, el("label", { for: "challenge-box" }, "I'm not a robot"));
}

async function drawnNumber(place) {
  const response = await fetch(`/Account/Challenge?id=${challenge.id}`);
  const drawing = await response.json();
  const canvas = el("canvas", { width: 170, height: 75 });
  const pen = canvas.getContext("2d");
  pen.lineWidth = 4;
  pen.strokeStyle = "#345";
  for (const [x1, y1, x2, y2] of drawing.strokes) {
    pen.beginPath();
    pen.moveTo(x1, y1);
    pen.lineTo(x2, y2);
    pen.stroke();
  }
  const choices = drawing.choices.map((text) => {
    const choice = el("button", { type: "button", class: "challenge-choice" }, text);
    choice.addEventListener("click", async () => {
      if (await answer(text)) place.replaceChildren(el("span", { class: "challenge-met" }, "Verified"));
      else await drawnNumber(place);
    });
    return choice;
  });
  const note = el("p", {}, "Please choose the number that you see");
  place.replaceChildren(note, canvas, el("div", { class: "challenge-choices" }, ...choices));
}

const place = document.getElementById("challenge");
if (challenge.kind === "checkbox") checkbox(place);
if (challenge.kind === "operator") await drawnNumber(place);

form.addEventListener("input", refresh);
form.addEventListener("submit", () => {
  if (form.dataset.alert) alert(form.dataset.alert);
});
refresh();
