// The requests a page makes by itself.
import { drawExpired } from "/assets/chrome.js";

// Fetches; an ended session ends the page in the form the server says.
export async function ask(path, options = {}) {
  const response = await fetch(path, options);
  if (response.status !== 401) return response;
  const { expired } = await response.json();
  if (expired === "rendered") drawExpired();
  else location.href = `/login?returnUrl=${encodeURIComponent(location.pathname)}`;
  return new Promise(() => {});
}
