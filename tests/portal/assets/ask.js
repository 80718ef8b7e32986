// The requests a page makes by itself.
import { drawExpired } from "/assets/chrome.js";
import { carryOut } from "/assets/trouble.js";

// When the page had something to do by itself since its last request: first to load all its scripts, then to draw what
// came, layout included. The next request tells it: the server cannot know.
const [{ responseEnd }] = performance.getEntriesByType("navigation");
let drawn = [[responseEnd, performance.now()]];

export function drawing(work) {
  const began = performance.now();
  work();
  // Has it laid out now, as the next frame would.
  document.body.getBoundingClientRect();
  drawn.push([began, performance.now()]);
}

function toldDrawn() {
  const now = performance.now();
  const told = drawn.map((span) => span.map((at) => Math.round(now - at)).join("-")).join(",");
  drawn = [];
  return told;
}

// Fetches; an ended session ends the page in the form the server says, and a trouble that
// comes with the answer happens before the caller sees it.
export async function ask(path, options = {}) {
  const headers = { ...options.headers, "portal-drawn": toldDrawn() };
  const response = await fetch(path, { ...options, headers });
  const troubles = response.headers.get("portal-troubles");
  if (troubles) carryOut(JSON.parse(troubles));
  if (response.status !== 401) return response;
  const { expired } = await response.json();
  if (expired === "rendered") drawExpired();
  else location.href = `/login?returnUrl=${encodeURIComponent(location.pathname)}`;
  return new Promise(() => {});
}
