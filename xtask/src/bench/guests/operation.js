// An operation that calls the host as often as it is told to. It measures what a call costs.

import { clock, operation } from "gantry-sdk";

const count = {
  type: "object",
  properties: { calls: { type: "integer" } },
  required: ["calls"],
  additionalProperties: false,
};

export const handler = operation({
  name: "calls",
  version: "0.1.0",
  summary: "Calls the host.",
  input: count,
  output: count,
  run(input) {
    for (let done = 0; done < input.calls; done += 1) {
      clock.now();
    }
    return input;
  },
});
