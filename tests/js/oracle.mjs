/** What the tests in this folder share: the engine's answers, and how far numbers may differ. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

/** What the Python side wrote for this test. */
export const oracle = JSON.parse(readFileSync(process.env.ORACLE, "utf8"));

/** Assert that numbers are as many, and nowhere further apart than `tolerance`. */
export function assertClose(found, wanted, tolerance, what) {
  assert.equal(found.length, wanted.length, `${what}: count`);
  let worst = 0;
  for (let i = 0; i < found.length; i++) {
    worst = Math.max(worst, Math.abs(found[i] - wanted[i]));
    assert.ok(!Number.isNaN(found[i]), `${what}: NaN at ${i}`);
  }
  assert.ok(worst <= tolerance, `${what}: ${worst} apart, at most ${tolerance}`);
}
