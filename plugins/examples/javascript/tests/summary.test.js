import assert from "node:assert/strict";
import { test } from "node:test";
import { summary } from "../src/summary.js";

test("holds are told with and without the icon's word", () => {
  const rows = [
    ["keyboard_arrow_rightABCU1234560L", "info YES"],
    ["ABCU7654321", "infoNO"],
    ["ABCU1112223E", "NO"],
  ];
  assert.deepEqual(summary(rows), { held: ["ABCU1234560"], free: 2, unknown: 0 });
});

test("what the portal says nothing of is unknown, and not free", () => {
  assert.deepEqual(summary([["ABCU1234560", "N/A"], ["ABCU7654321", null]]), { held: [], free: 0, unknown: 2 });
});

test("a container that the list shows twice counts once", () => {
  const rows = [["ABCU1234560", "NO"], ["ABCU7654321", "YES"], ["ABCU1234560", "NO"], ["ABCU7654321", "YES"]];
  assert.deepEqual(summary(rows), { held: ["ABCU7654321"], free: 1, unknown: 0 });
});

test("a row without a number is no container", () => {
  assert.deepEqual(summary([["No data", "NO"]]), { held: [], free: 0, unknown: 0 });
});
