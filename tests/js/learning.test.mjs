import assert from "node:assert/strict";
import { test } from "node:test";

import { initialParameters, uniform } from "../../book/assets/initial-weights.js";
import {
  answerOf,
  energyOf,
  evenly,
  fanInOf,
  learnerOf,
  ratesOf,
} from "../../book/assets/learning.js";
import { unpackedDigits } from "../../book/assets/printed-digits.js";
import { Training } from "../../book/assets/training.js";
import { oracle } from "./oracle.mjs";

const CLOSE = oracle.close; // both sides keep float32, but sum in another order
const LATER = 20 * CLOSE; // after hundreds of steps, each from where the last one led

/** How far numbers are apart, over the largest of their layer's weights or biases. */
function apart(network, found, wanted) {
  let worst = 0;
  for (const layer of network.layers) {
    const places = [
      [layer.weights, layer.biases],
      [layer.biases, layer.biases + layer.biasCount],
    ];
    for (const [first, end] of places) {
      let [difference, largest] = [0, 0];
      for (let k = first; k < end; k++) {
        difference = Math.max(difference, Math.abs(found[k] - wanted[k]));
        largest = Math.max(largest, Math.abs(wanted[k]));
      }
      assert.ok(!Number.isNaN(difference));
      if (end > first) worst = Math.max(worst, difference / largest);
    }
  }
  return worst;
}

/** How far numbers are apart, each over its own size. */
function eachApart(found, wanted) {
  return Math.max(...wanted.map((one, k) => Math.abs(found[k] - one) / Math.abs(one)));
}

for (const { seed, draws } of oracle.uniform) {
  test(`seed ${seed}: the engine's draws, bit for bit`, () => {
    assert.deepEqual([...uniform(BigInt(seed), draws.length)], draws);
  });
}

for (const asked of oracle.derivatives) {
  const { name } = asked.architecture;
  const learner = learnerOf(asked.architecture);
  const parameters = Float32Array.from(asked.parameters);
  const images = asked.images.map((image) => Float32Array.from(image));

  test(`${name}: the engine's first weights, bit for bit`, () => {
    const fanIn = fanInOf(learner.network);
    assert.deepEqual([...fanIn], asked.fan_in);
    assert.deepEqual(initialParameters(fanIn, asked.seed), parameters);
  });

  test(`${name}: gradient and curvature as the engine's`, () => {
    const gradient = new Float32Array(parameters.length);
    const curvature = new Float32Array(parameters.length);
    images.forEach((image, n) => {
      const outputs = learner.forward(parameters, image);
      assert.ok(outputs.every((y, k) => Math.abs(y - asked.outputs[n][k]) <= 1e-6));
      learner.addGradient(parameters, asked.labels[n], gradient);
      learner.addCurvature(parameters, curvature);
    });
    const mean = (sums) => sums.map((sum) => sum / images.length);
    assert.ok(apart(learner.network, mean(gradient), asked.gradient) < CLOSE);
    assert.ok(eachApart(mean(curvature), asked.curvature) < CLOSE);
  });
}

for (const asked of oracle.learned) {
  test(`${asked.name}: weights after ${asked.labels.length} patterns as the engine's`, () => {
    const learner = learnerOf(asked.architecture);
    const parameters = initialParameters(fanInOf(learner.network), asked.seed);
    const curvature = new Float32Array(parameters.length);
    assert.deepEqual(evenly(asked.count, asked.rule.patterns), asked.served);
    for (const image of asked.curvature_images) {
      learner.forward(parameters, Float32Array.from(image));
      learner.addCurvature(parameters, curvature);
    }
    const mean = curvature.map((sum) => sum / asked.served.length);
    const rates = ratesOf(asked.rule, mean);
    assert.ok(eachApart(rates, asked.rates) < CLOSE);
    asked.images.forEach((image, n) => {
      learner.learn(parameters, rates, Float32Array.from(image), asked.labels[n]);
    });
    assert.ok(apart(learner.network, parameters, asked.parameters) < CLOSE);
  });
}

test("energy is half the sum of squares, and the answer the largest output", () => {
  const outputs = Float32Array.from([-1, 0.5, -1, -1, -1, -1, -1, -1, -1, 2]);
  assert.equal(energyOf(outputs, 9), (1.5 ** 2 + 1) / 2);
  assert.equal(answerOf(outputs), 9);
});

/** A training as the oracle has it, and one that has done all its passes. */
async function trainings() {
  const { architecture, packed, seed, rule, wrong } = oracle.trained;
  const digits = await unpackedDigits(packed);
  const [fresh, done] = [0, 1].map(() => new Training(architecture, digits, seed, rule));
  while (done.passes < wrong.length) done.advance();
  return { fresh, done, digits };
}

const { fresh, done, digits } = await trainings();

test("digits are unpacked as they were packed", () => {
  const { images, labels, of } = oracle.trained;
  images.forEach((image, n) => assert.deepEqual(digits.train.images[n], Float32Array.from(image)));
  assert.deepEqual([...digits.train.labels], labels);
  assert.equal(digits.test.images.length, of);
});

test("whole passes end where the engine's do", () => {
  const { parameters, wrong, of } = oracle.trained;
  assert.ok(apart(done.learner.network, done.parameters, parameters) < LATER);
  assert.deepEqual(
    done.trials,
    wrong.map((count, n) => ({ passes: n + 1, wrong: count, of })),
  );
  assert.equal(done.points.at(-1).at, wrong.length);
  assert.ok(done.points.at(-1).energy < done.points[0].energy);
});

test("digit by digit comes to the same as passes at once", () => {
  for (let n = 0; n < oracle.trained.wrong.length * fresh.length; n++) fresh.step();
  assert.deepEqual(fresh.parameters, done.parameters);
  assert.deepEqual(fresh.points, done.points);
});

test("another rule holds from the next digit on", () => {
  const { architecture, seed } = oracle.trained;
  const rule = { second: true, eta: 0.01, mu: 1, patterns: 50 };
  const training = new Training(architecture, digits, seed, { ...rule, second: false });
  assert.ok(training.rates.every((rate) => rate === Math.fround(0.01)));
  training.step();
  training.changeRule(rule);
  assert.equal(training.rates, null);
  assert.ok(training.estimating);
  training.step();
  assert.equal(training.next, 2);
  const { rates } = training;
  training.changeRule({ ...rule, eta: 2 * rule.eta });
  assert.ok(!training.estimating);
  training.rates.forEach((rate, k) => assert.ok(Math.abs(rate / rates[k] - 2) < 1e-6));
});
