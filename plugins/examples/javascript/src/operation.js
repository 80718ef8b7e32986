// The operation `holds-summary`: which containers of the account are held, and how many are not.
//
// An example in JavaScript. The list is walked in the page, batch by batch, to its end.

import { Failure, css, operation, page, progress, take, when } from "gantry-sdk";
import { summary } from "./summary.js";

const SCROLLER = css("#searchres");
const ROWS = css("#searchres tbody > tr:not(td *, .detail):has(> td + td)");
// A batch that takes longer is a portal that does not answer.
const BATCH_MS = 60_000;
// The server has answered, and nothing followed for so long: that was all.
const ANSWERED_MS = 500;
// A page that stays quiet for so long does not want to load more.
const QUIET_MS = 1_500;

export const handler = operation({
  name: "holds-summary",
  version: "0.1.0",
  summary: "Tells which containers are held, and how many are not.",
  input: { type: "object", properties: {}, additionalProperties: false },
  output: {
    type: "object",
    properties: {
      held: { type: "array", items: { type: "string" }, description: "The numbers of those with a hold." },
      free: { type: "integer", description: "How many have none." },
      unknown: { type: "integer", description: "How many the portal says nothing of." },
    },
    required: ["held", "free", "unknown"],
    additionalProperties: false,
  },
  run() {
    page.goto("containers", "/containers");
    page.wait([when.present(ROWS), when.quiet(QUIET_MS)], BATCH_MS);
    const columns = columnsOf(["Container #", "Holds"]);
    const rows = [];
    let nudged = false;
    for (;;) {
      const list = { rows: ROWS, columns, container: SCROLLER };
      const ends = [when.answered(ANSWERED_MS), when.quiet(QUIET_MS)];
      const growth = page.grow(list, rows.length, rows.length, ends, BATCH_MS);
      if (growth.tag === "grew") {
        rows.push(...growth.val[1].rows);
        progress.report("reading", rows.length, null);
        nudged = false;
      } else if ((growth.val === 0 && rows.length > 0) || nudged) {
        return summary(rows);
      } else {
        // It may not have asked for more: go up a little and to the end again, once.
        nudged = true;
        page.scroll(SCROLLER, { tag: "by", val: -200 });
        page.scroll(SCROLLER, { tag: "end" });
      }
    }
  },
});

// Where the columns with these headings are, relative to a row.
function columnsOf(headings) {
  const cells = page.read(css("#searchres thead tr:first-child > *"), [take.text()], 0).rows;
  return headings.map((heading) => {
    const place = cells.findIndex(([text]) => text?.trim() === heading) + 1;
    if (place === 0) {
      const message = `The container list has no column "${heading}"; the portal may have changed`;
      throw new Failure("layout-changed", message);
    }
    return take.text(css(`:scope > :nth-child(${place})`));
  });
}
