// What the rows come to. It needs no page, so it is tested as it is.

const NUMBER = /[A-Z]{4}\d{7}/;

export function summary(rows) {
  const result = { held: [], free: 0, unknown: 0 };
  const seen = new Set();
  for (const [cell, holds] of rows) {
    const number = NUMBER.exec(cell ?? "")?.[0];
    // The icon before the word can show up as the word "info".
    const words = (holds ?? "").replace(/^info/, "").trim();
    // A list that loads in batches can show a row twice.
    if (!number || seen.has(number)) {
      continue;
    }
    seen.add(number);
    if (words === "YES") {
      result.held.push(number);
    } else if (words === "NO") {
      result.free += 1;
    } else {
      result.unknown += 1;
    }
  }
  return result;
}
