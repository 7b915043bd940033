/**
 * Learning by the rule of 1989, for one network: the gradient, the diagonal of the second
 * derivatives, and the steps. Parameters and units are float32 and lie as in network.js; sums are
 * taken in double precision.
 *
 * The formulas are those of the chapters "Learning" and "Second derivatives", written without the
 * engine: back-propagation, and Becker & Le Cun's diagonal in the positive Gauss-Newton form,
 * summed over the connections that share a weight (LeCun et al. 1998, appendix C).
 */

import { networkOf } from "./network.js";

/**
 * F of every parameter: the inputs of the unit that it feeds, the bias counted.
 *
 * @param {ReturnType<typeof networkOf>} network
 * @returns {Float64Array} In the order of the parameters.
 */
export function fanInOf(network) {
  const fanIn = new Float64Array(network.parameterCount);
  for (const layer of network.layers) {
    const { maps, height, width } = layer.below;
    const biasesOfMap = layer.biasCount / layer.maps;
    let weight = layer.weights;
    for (let m = 0; m < layer.maps; m++) {
      let inputs = maps * height * width;
      let weightsOfMap = inputs;
      if (layer.kind === "Convolution") {
        inputs = weightsOfMap = layer.table[m].length * layer.kernel ** 2;
      } else if (layer.kind === "Subsampling") {
        inputs = 4;
        weightsOfMap = layer.learned ? 1 : 0;
      }
      const bias = layer.biases + m * biasesOfMap;
      fanIn.fill(inputs + 1, weight, weight + weightsOfMap);
      fanIn.fill(inputs + 1, bias, bias + biasesOfMap);
      weight += weightsOfMap;
    }
  }
  return fanIn;
}

/** Go back through one tap of a kernel, over a whole map. */
function tapBackward({ layer, x, delta, down }, weights, target, w, first, from) {
  const { height, width, stride, padded } = layer;
  const weight = weights[w];
  let sum = 0;
  for (let r = 0, i = first; r < height; r++) {
    let place = from + r * stride * padded.width;
    for (let c = 0; c < width; c++, i++, place += stride) {
      sum += delta[i] * x[place];
      if (down) down[place] += weight * delta[i];
    }
  }
  target[w] += sum;
}

/** The sums of d x for five taps of a kernel's row at stride 1: every unit is read once. */
function rowSums({ layer, x, delta }, target, w, first, from) {
  const { height, width, padded } = layer;
  let [sum0, sum1, sum2, sum3, sum4] = [0, 0, 0, 0, 0];
  for (let r = 0, i = first; r < height; r++) {
    let place = from + r * padded.width;
    let [x0, x1, x2, x3] = [x[place], x[place + 1], x[place + 2], x[place + 3]];
    for (let c = 0; c < width; c++, i++, place++) {
      const d = delta[i];
      const x4 = x[place + 4];
      sum0 += d * x0;
      sum1 += d * x1;
      sum2 += d * x2;
      sum3 += d * x3;
      sum4 += d * x4;
      x0 = x1;
      x1 = x2;
      x2 = x3;
      x3 = x4;
    }
  }
  target[w] += sum0;
  target[w + 1] += sum1;
  target[w + 2] += sum2;
  target[w + 3] += sum3;
  target[w + 4] += sum4;
}

/** Hand w d down along five taps of a kernel's row at stride 1: every unit is written once. */
function rowDown({ layer, delta, down }, weights, w, first, from) {
  const { height, width, padded } = layer;
  const [w0, w1, w2, w3, w4] = weights.subarray(w, w + 5);
  for (let r = 0, i = first; r < height; r++) {
    let place = from + r * padded.width;
    let [sum0, sum1, sum2, sum3] = [0, 0, 0, 0]; // of this place and the next three, so far
    for (let c = 0; c < width; c++, i++, place++) {
      const d = delta[i];
      down[place] += sum0 + w0 * d;
      sum0 = sum1 + w1 * d;
      sum1 = sum2 + w2 * d;
      sum2 = sum3 + w3 * d;
      sum3 = w4 * d;
    }
    down[place] += sum0;
    down[place + 1] += sum1;
    down[place + 2] += sum2;
    down[place + 3] += sum3;
  }
}

/** Back through a convolution; see `backward`. */
function convolveBackward(flow, weights, target) {
  const { layer, delta, down } = flow;
  const { kernel, padded } = layer;
  const fives = kernel === 5 && layer.stride === 1;
  const size = layer.height * layer.width;
  for (let m = 0; m < layer.maps; m++) {
    const first = m * size;
    const reads = layer.table[m];
    let w = layer.weights + layer.pairs[m] * kernel * kernel;
    for (let n = 0; n < reads.length; n++) {
      for (let u = 0; u < kernel; u++) {
        const from = (reads[n] * padded.height + u) * padded.width;
        if (fives) {
          rowSums(flow, target, w, first, from);
          if (down) rowDown(flow, weights, w, first, from);
          w += kernel;
        } else {
          for (let v = 0; v < kernel; v++, w++) {
            tapBackward(flow, weights, target, w, first, from + v);
          }
        }
      }
    }
    const step = layer.bias === "unit" ? 1 : 0;
    let b = layer.biases + m * (step ? size : 1);
    for (let i = first; i < first + size; i++, b += step) {
      target[b] += delta[i];
    }
  }
}

/**
 * Back through a subsampling layer; see `backward`. The weight of a map has four inputs at every
 * unit: second derivatives sum their squares, or with `summed_first` square their sum.
 */
function subsampleBackward({ layer, x, units, delta, down, second }, weights, target) {
  const { height, width, learned } = layer;
  const pitch = 2 * width;
  const share = layer.mean ? (second ? 1 / 16 : 1 / 4) : 1;
  const whole = second && layer.summed_first;
  const below = whole ? units : x;
  for (let m = 0, i = 0; m < layer.maps; m++) {
    const w = (learned ? weights[layer.weights + m] : 1) * share;
    let sum = 0;
    let biasSum = 0;
    for (let r = 0; r < height; r++) {
      let at = (m * height + r) * 2 * pitch;
      for (let c = 0; c < width; c++, i++, at += 2) {
        const d = delta[i];
        const field = below[at] + below[at + 1] + below[at + pitch] + below[at + pitch + 1];
        sum += d * (whole ? field * field : field);
        biasSum += d;
        if (down) down[at] = down[at + 1] = down[at + pitch] = down[at + pitch + 1] = w * d;
      }
    }
    if (learned) {
      target[layer.weights + m] += sum * share;
      target[layer.biases + m] += biasSum;
    }
  }
}

/** Back through a full connection; see `backward`. */
function connectBackward({ layer, x, delta, down }, weights, target) {
  const count = x.length;
  for (let k = 0, w = layer.weights; k < layer.maps; k++) {
    const d = delta[k];
    for (let i = 0; i < count; i++, w++) {
      target[w] += d * x[i];
      if (down) down[i] += weights[w] * d;
    }
    target[layer.biases + k] += d;
  }
}

const BACKWARD = {
  Convolution: convolveBackward,
  Subsampling: subsampleBackward,
  Connection: connectBackward,
};

/** What the units below a layer get of what was handed down to them, border left out: f' d. */
function handDown({ layer, down, slopes, below }) {
  const { maps, height, width } = layer.below;
  const { padded } = layer;
  const border = layer.border ?? { top: 0, left: 0 };
  for (let m = 0, i = 0; m < maps; m++) {
    for (let r = 0; r < height; r++) {
      let place = (m * padded.height + border.top + r) * padded.width + border.left;
      for (let c = 0; c < width; c++, i++, place++) {
        below[i] = slopes[i] * down[place];
      }
    }
  }
}

/**
 * From dE/da of the output units down: add dE/dw of every parameter to `target`.
 *
 * A flow is what a layer needs for it: `x`, the units it reads, border included; `delta`, dE/da of
 * its own; `down`, dE/dx of those it reads (null for the lowest); `slopes`, f' of them; `below`,
 * dE/da of them. Where weights, units and slopes are squares, second derivatives go down instead.
 */
function backward(flows, weights, target) {
  for (let n = flows.length - 1; n >= 0; n--) {
    const flow = flows[n];
    if (flow.down) flow.down.fill(0);
    BACKWARD[flow.layer.kind](flow, weights, target);
    if (flow.down) handDown(flow);
  }
}

/** Write the squares of some numbers. */
function square(numbers, squares) {
  for (let i = 0; i < numbers.length; i++) {
    squares[i] = numbers[i] * numbers[i];
  }
}

/**
 * E = 1/2 sum (d - y)^2 of one pattern; d is 1 for the class, and -1 for the others.
 *
 * @param {Float32Array} outputs
 * @param {number} label
 * @returns {number}
 */
export function energyOf(outputs, label) {
  let sum = 0;
  for (let k = 0; k < outputs.length; k++) {
    sum += (outputs[k] - (k === label ? 1 : -1)) ** 2;
  }
  return sum / 2;
}

/**
 * The class of the largest output.
 *
 * @param {Float32Array} outputs
 * @returns {number}
 */
export function answerOf(outputs) {
  let best = 0;
  for (let k = 1; k < outputs.length; k++) {
    if (outputs[k] > outputs[best]) best = k;
  }
  return best;
}

/**
 * The rates of all weights: eta / (mu + h), or eta alone by plain gradient descent.
 *
 * @param {{second: boolean, eta: number, mu: number}} rule
 * @param {Float32Array} curvature - h; not looked at by plain gradient descent.
 * @returns {Float32Array}
 */
export function ratesOf({ second, eta, mu }, curvature) {
  const [eta32, mu32] = [Math.fround(eta), Math.fround(mu)];
  return curvature.map((h) => (second ? eta32 / Math.fround(mu32 + Math.abs(h)) : eta32));
}

/**
 * The patterns that the curvature is estimated from: evenly spread, the same before every pass.
 *
 * @param {number} count - How many patterns there are.
 * @param {number} patterns - How many serve.
 * @returns {number[]}
 */
export function evenly(count, patterns) {
  const served = Math.min(patterns, count);
  return Array.from({ length: served }, (_, n) => Math.floor((n * count) / served));
}

/**
 * Make what learns: a network with room for the units, their squares and derivatives. Nothing is
 * allocated for a pattern.
 *
 * @param {object} architecture - As for `networkOf`.
 * @returns {{
 *   network: ReturnType<typeof networkOf>,
 *   state: {inputs: Float32Array[], sums: Float32Array[], outputs: Float32Array[]},
 *   forward: (parameters: Float32Array, image: Float32Array) => Float32Array,
 *   addGradient: (parameters: Float32Array, label: number, target: Float32Array) => void,
 *   addCurvature: (parameters: Float32Array, target: Float32Array) => void,
 *   learn: (parameters: Float32Array, rates: Float32Array, image: Float32Array, label: number) =>
 *     Float32Array,
 * }} `forward` gives the output units, and leaves all units in `state`, from which `addGradient`
 *   and `addCurvature` add the pattern's dE/dw and d2E/dw2 to `target`. `learn` does a pattern:
 *   forward, backward, w <- w - rate dE/dw; it gives the outputs before the step.
 */
export function learnerOf(architecture) {
  const network = networkOf(architecture);
  const { layers, parameterCount } = network;
  const state = network.room();
  const last = layers.length - 1;
  const outputs = state.outputs[last];
  const softmaxed = architecture.energy === "cross-entropy";
  const { amplitude, steepness } = architecture.squashing;
  const gradient = new Float32Array(parameterCount);
  const squares = new Float32Array(parameterCount);
  const lists = (kept) => kept.map((numbers) => new Float32Array(numbers.length));
  const slopes = lists(state.outputs);
  const deltas = lists(state.outputs);
  const downs = lists(state.inputs);
  const squaredInputs = lists(state.inputs);
  const flowsOf = (inputs, second) =>
    layers.map((layer, n) => ({
      layer,
      second,
      x: inputs[n],
      units: state.inputs[n],
      delta: deltas[n],
      down: n ? downs[n] : null,
      slopes: slopes[n - 1],
      below: deltas[n - 1],
    }));
  const flows = flowsOf(state.inputs, false);
  const squaredFlows = flowsOf(squaredInputs, true);

  /** f'(a) = S (A - x^2 / A) of all units from x = f(a), or their squares. */
  function findSlopes(second) {
    for (let n = 0; n < layers.length; n++) {
      const x = state.outputs[n];
      const slope = slopes[n];
      for (let i = 0; i < x.length; i++) {
        const squashed = steepness * (amplitude - (x[i] * x[i]) / amplitude);
        slope[i] = layers[n].squashed ? squashed : 1;
      }
      if (second) square(slope, slope);
    }
  }

  function forward(parameters, image) {
    network.forward(parameters, image, state);
    return outputs;
  }

  function addGradient(parameters, label, target) {
    findSlopes(false);
    const low = softmaxed ? 0 : -1;
    for (let k = 0; k < outputs.length; k++) {
      deltas[last][k] = slopes[last][k] * (outputs[k] - (k === label ? 1 : low));
    }
    backward(flows, parameters, target);
  }

  function addCurvature(parameters, target) {
    findSlopes(true);
    square(parameters, squares);
    for (let n = 0; n < layers.length; n++) square(state.inputs[n], squaredInputs[n]);
    for (let k = 0; k < outputs.length; k++) {
      const p = outputs[k];
      deltas[last][k] = softmaxed ? p * (1 - p) : slopes[last][k];
    }
    backward(squaredFlows, squares, target);
  }

  function learn(parameters, rates, image, label) {
    forward(parameters, image);
    gradient.fill(0);
    addGradient(parameters, label, gradient);
    for (let k = 0; k < parameterCount; k++) parameters[k] -= rates[k] * gradient[k];
    return outputs;
  }

  return { network, state, forward, addGradient, addCurvature, learn };
}
