// The requests a page makes by itself.
import { drawExpired } from "/assets/chrome.js";
import { carryOut } from "/assets/trouble.js";

// Fetches; an ended session ends the page in the form the server says, and a trouble that
// comes with the answer happens before the caller sees it.
export async function ask(path, options = {}) {
  const response = await fetch(path, options);
  const troubles = response.headers.get("portal-troubles");
  if (troubles) carryOut(JSON.parse(troubles));
  if (response.status !== 401) return response;
  const { expired } = await response.json();
  if (expired === "rendered") drawExpired();
  else location.href = `/login?returnUrl=${encodeURIComponent(location.pathname)}`;
  return new Promise(() => {});
}
