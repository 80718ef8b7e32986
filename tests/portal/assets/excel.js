// The Excel button's icon, and how its file reaches the user.
import { el } from "/assets/document.js";

export function excelIcon() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("width", "24");
  svg.setAttribute("height", "24");
  svg.innerHTML = '<g id="excel_icon"><path id="Path_346" fill="#1a8e07" d="M4 3h16v18H4z M8 7l8 10 M16 7L8 17"></path></g>';
  return el("mat-icon", { svgicon: "xls", role: "img", class: "mat-icon notranslate svg-xls-icon" }, svg);
}

// Downloads a blob under a name.
export function saveAs(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = el("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
