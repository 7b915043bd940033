import assert from "node:assert/strict";
import { test } from "node:test";

import { fromHalves } from "../../book/assets/halves.js";
import { curveOf, leftAt } from "../../book/assets/rejecting.js";
import { rateOf, scoreOf } from "../../book/assets/scoring.js";
import { assertClose, oracle } from "./oracle.mjs";

test("the curve is that of the evaluation", () => {
  for (const { differences, wrong, rejected, error } of oracle.curves) {
    const found = curveOf(Float64Array.from(differences), wrong, 100);
    assertClose(found.map((point) => point.rejectedPercent), rejected, 1e-9, "rejected");
    assertClose(found.map((point) => point.errorPercent), error, 1e-9, "error");
  }
});

test("a difference at the threshold is rejected, and nothing accepted has no error", () => {
  const found = leftAt([3, 2, 2, 1], [1, 3], 2);
  assert.deepEqual([found.accepted, found.rejected, found.errors], [1, 3, 0]);
  assert.equal(leftAt([3, 2], [0], 5).errorPercent, 0);
});

test("scores count what is right, and what networks get right in the mean", () => {
  const digits = [{ label: 4, misread: 16 }, { label: 9, misread: 8 }];
  assert.deepEqual(scoreOf(digits, [4, 1], 16), { right: 1, networksRight: 0.5, count: 2 });
  assert.equal(rateOf(1, 2, 89, 2007), (100 * 89) / (2 * 2007));
});

test("numbers of 16 bits are those of IEEE 754", () => {
  const found = fromHalves(Uint16Array.from(oracle.halves.bits));
  assert.deepEqual([...found], oracle.halves.values);
});
