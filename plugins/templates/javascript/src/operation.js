// An operation for Gantry: tells the title of one page.

import { operation, page } from "gantry-sdk";

export const handler = operation({
  name: "page-title",
  version: "0.1.0",
  summary: "Tells the title of one page.",
  input: {
    type: "object",
    properties: { path: { type: "string", description: "The path on the containers site." } },
    required: ["path"],
    additionalProperties: false,
    examples: [{ path: "/containers" }],
  },
  output: {
    type: "object",
    properties: { title: { type: "string", description: "The document's title." } },
    required: ["title"],
    additionalProperties: false,
  },
  run({ path }) {
    page.goto("containers", path);
    return { title: page.title() };
  },
});
