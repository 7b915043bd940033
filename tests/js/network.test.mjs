import assert from "node:assert/strict";
import { test } from "node:test";

import { networkOf, softmax, squash, squashingOf } from "../../book/assets/network.js";
import { assertClose, oracle } from "./oracle.mjs";

const OUTPUTS = 1e-6; // the engine's own float32 sums, but for a double rounding
const UNITS = 2e-5; // sums in float64, and tanh itself

for (const asked of oracle.architectures) {
  const name = asked.architecture.name;

  test(`${name}: outputs as the engine's`, () => {
    const network = networkOf(asked.architecture);
    assert.equal(network.parameterCount, asked.parameters.length);
    const parameters = Float32Array.from(asked.parameters);
    asked.images.forEach((image, n) => {
      const { outputs } = network.forward(parameters, Float32Array.from(image));
      assertClose(outputs.at(-1), asked.outputs[n], OUTPUTS, `${name}, image ${n}`);
    });
  });

  test(`${name}: all units as the plain sums`, () => {
    const network = networkOf(asked.architecture);
    const parameters = Float32Array.from(asked.parameters);
    const { outputs } = network.forward(parameters, Float32Array.from(asked.images[0]));
    network.layers.forEach((layer, n) => {
      assertClose(outputs[n], asked.units[layer.name], UNITS, `${name}, ${layer.name}`);
    });
  });

  test(`${name}: a former result can be written over`, () => {
    const network = networkOf(asked.architecture);
    const parameters = Float32Array.from(asked.parameters);
    const [one, other] = asked.images.map((image) => Float32Array.from(image));
    const room = network.forward(parameters, one);
    assert.equal(network.forward(parameters, other, room), room);
    assert.deepEqual(room, network.forward(parameters, other));
  });
}

test("sums are kept before they are squashed", () => {
  const [{ architecture, parameters, images }] = oracle.architectures;
  const network = networkOf(architecture);
  const found = network.forward(Float32Array.from(parameters), Float32Array.from(images[0]));
  network.layers.forEach((layer, n) => {
    const again = new Float32Array(found.sums[n].length);
    squash(network.squashing, found.sums[n], again);
    assert.deepEqual(again, found.outputs[n], layer.name);
  });
});

test("squashing is within its bound of A tanh(S a)", () => {
  for (const chosen of [
    { amplitude: 1.7159, steepness: 2 / 3 },
    { amplitude: 1, steepness: 1 },
  ]) {
    const sums = Float32Array.from({ length: 4001 }, (_, i) => (i - 2000) / 100);
    const found = new Float32Array(sums.length);
    squash(squashingOf(chosen), sums, found);
    const wanted = sums.map((a) => chosen.amplitude * Math.tanh(chosen.steepness * a));
    assertClose(found, wanted, 1.1e-6 * chosen.amplitude, "f(a)");
  }
});

test("softmax gives probabilities", () => {
  const sums = Float32Array.from([3, -200, 0, 3, 1]);
  const found = new Float32Array(5);
  softmax(sums, found);
  const e = [...sums].map((a) => Math.exp(a - 3));
  const total = e.reduce((a, b) => a + b);
  assertClose(found, e.map((one) => one / total), 2e-7, "p");
});
