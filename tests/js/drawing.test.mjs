import assert from "node:assert/strict";
import { test } from "node:test";

import { digitsOf, fieldOf, machineOf } from "../../book/assets/machine.js";
import { normalize, paperOf, slantOf } from "../../book/assets/normalize.js";
import { emptySheet, SHEET_SIDE, sheetOf } from "../../book/assets/pen.js";
import { committeeOf, digitInWords, verdictOf, votesFor } from "../../book/assets/verdict.js";
import { assertClose, oracle } from "./oracle.mjs";

test("strokes become the same scan, level by level", () => {
  oracle.drawings.forEach(({ strokes, sheet }, n) => {
    assert.deepEqual([...sheetOf(strokes)], sheet.flat(), `drawing ${n}`);
  });
});

test("scans become the same image", () => {
  oracle.scans.forEach(({ scan, image }, n) => {
    const found = normalize(scan.flat(), scan[0].length);
    if (image === null) {
      assert.equal(found, null, `scan ${n} is blank`);
    } else {
      assertClose(found, image.flat(), 1e-6, `scan ${n}`);
    }
  });
});

test("an empty sheet, and one with a dust of specks, are nothing to read", () => {
  assert.equal(normalize(emptySheet(), SHEET_SIDE), null);
  assert.equal(normalize(emptySheet().fill(200), SHEET_SIDE), null);
});

test("what is normalised has no slant, and stays as it is", () => {
  for (const { image } of oracle.scans.slice(0, 20)) {
    const levels = Float32Array.from(image.flat());
    const ink = Float64Array.from(levels, (level) => (1 + level) / 2);
    assert.ok(Math.abs(slantOf(ink, 16)) < 1e-3);
    assertClose(normalize(levels, 16), levels, 1e-3, "again");
  }
});

test("the paper is what the border shows", () => {
  const levels = Float64Array.from({ length: 100 }, (_, i) => (i % 10 === 5 ? 3 : 7));
  assert.deepEqual(paperOf(levels, 10), { paper: 7, spread: 0 });
});

test("networks, unpacked, answer and reject as the engine and its evaluation do", () => {
  const machine = machineOf(oracle.packed);
  const digits = digitsOf(oracle.packed.digits);
  assert.equal(digits.length, oracle.read.length);
  digits.forEach(({ image, label, misread }, n) => {
    const wanted = oracle.read[n];
    assert.deepEqual([label, misread], [wanted.label, wanted.misread]);
    compare(machine.read(image), wanted, `digit ${n}`);
  });
  oracle.drawings.forEach(({ strokes, read }, n) => {
    const image = normalize(sheetOf(strokes), SHEET_SIDE);
    compare(machine.read(image), read, `drawing ${n}`);
  });
});

/** Compare a reading with what the engine says: outputs, answers, acceptance. */
function compare({ units, verdicts, committee }, wanted, what) {
  units.forEach(({ outputs }, n) => {
    assertClose(outputs.at(-1), wanted.outputs[n], 1e-5, `${what}, network ${n}`);
  });
  assert.deepEqual(verdicts.map(({ answer }) => answer), wanted.answers, what);
  assert.deepEqual(verdicts.map(({ accepted }) => accepted), wanted.accepted, what);
  assertClose(committee.outputs, wanted.committee.outputs, 1e-5, `${what}, committee`);
  assert.equal(committee.answer, wanted.committee.answer, what);
  assert.equal(committee.accepted, wanted.committee.accepted, what);
}

test("what is deleted is what a stage of learning would delete", () => {
  const machine = machineOf(oracle.packed);
  const trained = machine.parameters.map((parameters) => parameters.slice());
  const images = digitsOf(oracle.packed.digits).map(({ image }) => image);
  oracle.deleted.forEach(({ left, by, gone, outputs }) => {
    machine.leave(left, by);
    trained.forEach((parameters, n) => {
      const wanted = parameters.slice();
      gone[n].forEach((place) => (wanted[place] = 0));
      assert.deepEqual(machine.parameters[n], wanted, `${left} by ${by}, network ${n}`);
    });
    outputs.forEach((said, image) => {
      machine.read(images[image]).units.forEach((units, n) => {
        assertClose(units.outputs.at(-1), said[n], 1e-5, `${left} by ${by}, network ${n}`);
      });
    });
  });
  machine.leave(machine.network.parameterCount, "saliency");
  assert.deepEqual(machine.parameters, trained);
});

test("verdicts keep the rules where outputs tie or thresholds are missing", () => {
  oracle.verdicts.forEach(({ outputs, thresholds, answer, accepted }, n) => {
    const found = verdictOf(outputs, thresholds);
    assert.deepEqual([found.answer, found.accepted], [answer, accepted], `verdict ${n}`);
    const { top, second, difference } = found.holds;
    assert.equal(top && second && difference, accepted);
  });
});

test("a committee is the mean, and votes are counted", () => {
  assert.deepEqual([...committeeOf([[1, 3], [2, 5]])], [1.5, 4]);
  assert.deepEqual(votesFor([7, 7, 1]), [{ digit: 7, votes: 2 }, { digit: 1, votes: 1 }]);
  assert.equal(digitInWords(8), "an eight");
  assert.equal(digitInWords(7), "a seven");
});

test("a unit's field in the plane is the engine's", () => {
  const { network } = machineOf(oracle.packed);
  oracle.fields.forEach(({ layer, row, column, field }) => {
    const { top, left, height, width } = fieldOf(network.layers, layer, row, column);
    assert.deepEqual([top, left, top + height, left + width], field, `layer ${layer}`);
  });
});
