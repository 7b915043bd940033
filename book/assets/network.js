/**
 * The forward pass of any architecture of the engine, in float32, for one network.
 *
 * It follows reproduction/network/kernels term by term: every sum in the engine's order, every
 * operation rounded to float32. Only a product fused with a sum differs: the product of two float32
 * is exact in a double, so the double's sum, rounded again, is the fused one but for rare ties.
 *
 * Parameters lie in one Float32Array in the engine's order: layer by layer, first weights, then
 * biases. A convolution's kernels follow its connection table, a map's kernels side by side, each
 * by rows; a subsampling layer has one weight and one bias a map; a connection has, unit by unit, a
 * weight for every unit below, map by map and row by row. Units lie the same way: map, row, column.
 */

/** The rational function that stands for 1.7159 tanh(2a/3); see kernels/rational.py. */
const AMPLITUDE = 1.7159;
const STEEPNESS = 2 / 3;
const SATURATION = 11.5;
const NUMERATOR = [
  1.143932580947876, 0.06471764296293259, 0.0006133682327345014, 7.340283900703071e-7,
  -2.8696903187075407e-10,
];
const DENOMINATOR = [1, 0.20472171902656555, 0.004528419114649296, 1.7483736883150414e-5];

/** Partial sums of a full connection, which the engine interleaves. */
const PARTIAL_SUMS = 8;

/**
 * Height and width of a normalised digit.
 */
export const IMAGE_SIDE = 16;

/**
 * The coefficients of A tanh(S a) as float32: P from the constant term upwards, Q, and saturation.
 *
 * @param {{amplitude: number, steepness: number}} squashing
 * @returns {{p: Float32Array, q: Float32Array, saturation: number}}
 */
export function squashingOf(squashing) {
  const amplitude = squashing.amplitude / AMPLITUDE;
  const steepness = squashing.steepness / STEEPNESS;
  return {
    p: Float32Array.from(NUMERATOR, (p, n) => p * amplitude * steepness ** (2 * n + 1)),
    q: Float32Array.from(DENOMINATOR, (q, n) => q * steepness ** (2 * n)),
    saturation: Math.fround(SATURATION / steepness),
  };
}

/**
 * f(a) = a P(a^2) / Q(a^2) of all sums, a held within the saturation.
 *
 * @param {ReturnType<typeof squashingOf>} squashing
 * @param {Float32Array} sums
 * @param {Float32Array} outputs - Where f goes; as long as `sums`.
 */
export function squash({ p, q, saturation }, sums, outputs) {
  const fround = Math.fround;
  const [p0, p1, p2, p3, p4] = p;
  const [, q1, q2, q3] = q;
  for (let i = 0; i < sums.length; i++) {
    const a = Math.max(-saturation, Math.min(saturation, sums[i]));
    const t = fround(a * a);
    let above = fround(p4 * t + p3);
    above = fround(above * t + p2);
    above = fround(above * t + p1);
    above = fround(above * t + p0);
    let below = fround(q3 * t + q2);
    below = fround(below * t + q1);
    below = fround(below * t + 1);
    outputs[i] = fround(a * above) / below;
  }
}

/** exp(x) for x <= 0, as kernels/softmax.py computes it. */
function exponential(x) {
  const fround = Math.fround;
  const log2 = fround(-Math.LN2);
  const rest = fround(-Math.LN2 - log2);
  const shift = 1.5 * 2 ** 23;
  const held = Math.max(-87, x);
  const n = fround(fround(held * fround(1 / Math.LN2) + shift) - shift);
  const r = fround(n * rest + fround(n * log2 + held));
  let p = fround(1 / 5040);
  for (const term of [720, 120, 24, 6, 2, 1, 1]) {
    p = fround(p * r + fround(1 / term));
  }
  return fround(p * 2 ** n);
}

/**
 * p_k = exp(a_k) / sum of all exp(a_j), the largest a taken from all first.
 *
 * @param {Float32Array} sums
 * @param {Float32Array} outputs - Where the probabilities go.
 */
export function softmax(sums, outputs) {
  const largest = sums.reduce((a, b) => Math.max(a, b));
  let total = 0;
  for (let k = 0; k < sums.length; k++) {
    outputs[k] = exponential(Math.fround(sums[k] - largest));
    total = Math.fround(total + outputs[k]);
  }
  for (let k = 0; k < sums.length; k++) {
    outputs[k] /= total;
  }
}

/**
 * What follows for a layer from the one below: sizes, and where its parameters lie.
 *
 * @param {object} layer - As `converter.unstructure` gives it, with its "kind".
 * @param {{maps: number, height: number, width: number}} below
 * @param {number} first - The layer's first parameter.
 * @returns {object} The layer's own fields, and `maps`, `height`, `width`, `table` (the maps below
 *   that each map reads), `pairs` (of each map, the first of its kernels, counted in kernels),
 *   `weights`, `biases` (first parameter), `weightCount`, `biasCount`, `below`, `padded` (height
 *   and width below, border included).
 */
function placed(layer, below, first) {
  const { maps, height, width } = below;
  const found = { ...layer, below, weights: first, padded: { height, width } };
  if (layer.kind === "Convolution") {
    const { kernel, stride, border } = layer;
    const tall = border.top + height + border.bottom;
    const wide = border.left + width + border.right;
    found.table = layer.table ?? Array(layer.maps).fill([...Array(maps).keys()]);
    found.pairs = found.table.map((_, m) => found.table.slice(0, m).flat().length);
    found.padded = { height: tall, width: wide };
    found.height = (tall - kernel) / stride + 1;
    found.width = (wide - kernel) / stride + 1;
    found.weightCount = found.table.flat().length * kernel * kernel;
    found.biasCount = layer.bias === "unit" ? layer.maps * found.height * found.width : layer.maps;
  } else if (layer.kind === "Subsampling") {
    found.maps = maps;
    found.table = [...Array(maps).keys()].map((m) => [m]);
    found.height = height / 2;
    found.width = width / 2;
    found.weightCount = found.biasCount = layer.learned ? maps : 0;
  } else {
    found.maps = layer.units;
    found.table = Array(layer.units).fill([...Array(maps).keys()]);
    found.height = found.width = 1;
    found.weightCount = layer.units * maps * height * width;
    found.biasCount = layer.units;
  }
  found.biases = first + found.weightCount;
  return found;
}

/**
 * Write the units below inside the border that the layer has around them.
 *
 * @param {object} layer
 * @param {Float32Array} x - Units below.
 * @param {Float32Array} padded - Maps of `layer.padded`, border included.
 */
export function withBorder(layer, x, padded) {
  const { maps, height, width } = layer.below;
  const { height: tall, width: wide } = layer.padded;
  if (x.length === padded.length) {
    padded.set(x);
    return;
  }
  const { top, left, value } = layer.border;
  padded.fill(value);
  for (let m = 0, i = 0; m < maps; m++) {
    for (let r = 0; r < height; r++) {
      let place = (m * tall + top + r) * wide + left;
      for (let c = 0; c < width; c++, i++, place++) {
        padded[place] = x[i];
      }
    }
  }
}

/** a_i = b + the sum, over the maps read and over taps, of w x: tap by tap over a whole map. */
function convolve(layer, parameters, x, sums) {
  const { kernel, stride, height, width, padded } = layer;
  const size = height * width;
  for (let m = 0; m < layer.maps; m++) {
    const map = sums.subarray(m * size, (m + 1) * size);
    if (layer.bias === "unit") {
      map.set(parameters.subarray(layer.biases + m * size, layer.biases + (m + 1) * size));
    } else {
      map.fill(parameters[layer.biases + m]);
    }
    layer.table[m].forEach((read, n) => {
      const first = layer.weights + (layer.pairs[m] + n) * kernel * kernel;
      for (let u = 0; u < kernel; u++) {
        const from = (read * padded.height + u) * padded.width;
        const w = parameters.subarray(first + u * kernel, first + (u + 1) * kernel);
        if (kernel === 5 && stride === 1) {
          addRowOfFive(map, x, w, from, height, width, padded.width);
        } else {
          w.forEach((tap, v) => addTap(map, x, tap, from + v, height, width, stride, padded.width));
        }
      }
    });
  }
}

/** Add one tap's w x to every unit of a map. */
function addTap(map, x, w, from, height, width, stride, pitch) {
  for (let r = 0, i = 0; r < height; r++) {
    let place = from + r * stride * pitch;
    for (let c = 0; c < width; c++, i++, place += stride) {
      map[i] = w * x[place] + map[i];
    }
  }
}

/** The same of five taps of a kernel's row at stride 1, in their order: each x is read once. */
function addRowOfFive(map, x, w, from, height, width, pitch) {
  const fround = Math.fround;
  const [w0, w1, w2, w3, w4] = w;
  for (let r = 0, i = 0; r < height; r++) {
    let place = from + r * pitch;
    let [x0, x1, x2, x3] = [x[place], x[place + 1], x[place + 2], x[place + 3]];
    for (let c = 0; c < width; c++, i++, place++) {
      const x4 = x[place + 4];
      let sum = fround(w0 * x0 + map[i]);
      sum = fround(w1 * x1 + sum);
      sum = fround(w2 * x2 + sum);
      sum = fround(w3 * x3 + sum);
      map[i] = w4 * x4 + sum;
      x0 = x1;
      x1 = x2;
      x2 = x3;
      x3 = x4;
    }
  }
}

/** a_i = w s (x_1 + x_2 + x_3 + x_4) + b, of a 2 x 2 field; s is 1, or 1/4 for the mean. */
function subsample(layer, parameters, x, sums) {
  const fround = Math.fround;
  const { height, width, learned } = layer;
  const share = layer.mean ? 0.25 : 1;
  const pitch = 2 * width;
  for (let m = 0, i = 0; m < layer.maps; m++) {
    const w = learned ? fround(parameters[layer.weights + m] * share) : share;
    const b = learned ? parameters[layer.biases + m] : 0;
    for (let r = 0; r < height; r++) {
      for (let c = 0; c < width; c++, i++) {
        const at = (m * 2 * height + 2 * r) * pitch + 2 * c;
        const field = fround(
          fround(x[at] + x[at + 1]) + fround(x[at + pitch] + x[at + pitch + 1]),
        );
        sums[i] = w * field + b;
      }
    }
  }
}

/** a_k = the sum of w_ki x_i over all units below, in eight interleaved partial sums, + b_k. */
function connect(layer, parameters, x, sums) {
  const fround = Math.fround;
  const count = x.length;
  const whole = count - (count % PARTIAL_SUMS);
  const s = new Float32Array(PARTIAL_SUMS);
  for (let k = 0; k < layer.maps; k++) {
    const w = layer.weights + k * count;
    s.fill(0);
    for (let i = 0; i < whole; i++) {
      const part = i % PARTIAL_SUMS;
      s[part] = parameters[w + i] * x[i] + s[part];
    }
    for (let i = whole; i < count; i++) {
      s[0] = parameters[w + i] * x[i] + s[0];
    }
    const low = fround(fround(s[0] + s[1]) + fround(s[2] + s[3]));
    const high = fround(fround(s[4] + s[5]) + fround(s[6] + s[7]));
    sums[k] = fround(low + high) + parameters[layer.biases + k];
  }
}

const FORWARD = { Convolution: convolve, Subsampling: subsample, Connection: connect };

/**
 * Make a network of an architecture; it keeps no parameters.
 *
 * @param {object} architecture - As `converter.unstructure(architecture)` gives it in JSON: name,
 *   plane, layers, squashing, energy.
 * @returns {{
 *   layers: object[],
 *   parameterCount: number,
 *   squashing: ReturnType<typeof squashingOf>,
 *   planeOf: (image: Float32Array, units?: Float32Array) => Float32Array,
 *   room: () => {inputs: Float32Array[], sums: Float32Array[], outputs: Float32Array[]},
 *   forward: (parameters: Float32Array, image: Float32Array, into?: object) =>
 *     {inputs: Float32Array[], sums: Float32Array[], outputs: Float32Array[]},
 * }} `layers` as `placed` describes them. `planeOf` gives the input plane (height x width, by
 *   rows) of an image (256 gray levels from -1 to 1, by rows). `forward` gives, for every layer,
 *   the units that it reads (its border included), the weighted sums a and the units f(a) - the
 *   last layer's are probabilities where the energy is cross-entropy; it writes over `into`, a
 *   former result or a `room()`, where one is given.
 */
export function networkOf(architecture) {
  const { plane } = architecture;
  const softmaxed = architecture.energy === "cross-entropy";
  const squashing = squashingOf(architecture.squashing);
  const layers = [];
  let parameterCount = 0;
  let below = { maps: 1, height: plane.height, width: plane.width };
  for (const described of architecture.layers) {
    const layer = placed(described, below, parameterCount);
    parameterCount = layer.biases + layer.biasCount;
    layers.push(layer);
    below = { maps: layer.maps, height: layer.height, width: layer.width };
  }

  function planeOf(image, units = new Float32Array(plane.height * plane.width)) {
    units.fill(plane.background);
    for (let r = 0; r < IMAGE_SIDE; r++) {
      const row = image.subarray(r * IMAGE_SIDE, (r + 1) * IMAGE_SIDE);
      units.set(row, (plane.top + r) * plane.width + plane.left);
    }
    return units;
  }

  function room() {
    const units = layers.map((layer) => layer.maps * layer.height * layer.width);
    const read = layers.map(
      ({ below: { maps }, padded }) => maps * padded.height * padded.width,
    );
    return {
      plane: new Float32Array(plane.height * plane.width),
      inputs: read.map((count) => new Float32Array(count)),
      sums: units.map((count) => new Float32Array(count)),
      outputs: units.map((count) => new Float32Array(count)),
    };
  }

  function forward(parameters, image, into = room()) {
    let x = planeOf(image, into.plane);
    layers.forEach((layer, n) => {
      const inputs = into.inputs[n];
      const sums = into.sums[n];
      const outputs = into.outputs[n];
      withBorder(layer, x, inputs);
      FORWARD[layer.kind](layer, parameters, inputs, sums);
      if (layer.squashed) {
        squash(squashing, sums, outputs);
      } else if (softmaxed && n === layers.length - 1) {
        softmax(sums, outputs);
      } else {
        outputs.set(sums);
      }
      x = outputs;
    });
    return into;
  }

  return { layers, parameterCount, squashing, planeOf, room, forward };
}
