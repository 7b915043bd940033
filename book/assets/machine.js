/** The trained networks of a page: unpacked from what the build wrote, and asked about an image. */
import { networkOf } from "./network.js";
import { committeeOf, verdictOf } from "./verdict.js";

/** The bytes of base64 text. */
function bytesOf(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;
}

/** The numbers of some parameters, the smallest first; of equal ones, the first. */
function smallestFirst(parameters) {
  const size = parameters.map(Math.abs);
  return Uint16Array.from(size.keys()).sort((a, b) => size[a] - size[b] || a - b);
}

/**
 * Make the networks that reproduction/pages/machine.py packed.
 *
 * @param {object} data - As `machine.packed` describes it.
 * @returns {object} `network` (see `networkOf`), `parameters` (a Float32Array a network), `seeds`,
 *   `thresholds` (one set a network), `shown` (place of the network shown first), `read`, and
 *   `leave`.
 */
export function machineOf(data) {
  const network = networkOf(data.architecture);
  const all = new Float32Array(bytesOf(data.parameters));
  const count = network.parameterCount;
  const rows = (numbers) =>
    data.seeds.map((_, n) => numbers.subarray(n * count, (n + 1) * count));
  const whole = rows(all);
  const parameters = [...whole];
  const orders = {};
  if (data.goingFirst) {
    orders.saliency = rows(new Uint16Array(bytesOf(data.goingFirst)));
  }
  const rooms = [];

  /**
   * Ask every network about an image, or only one.
   *
   * @param {Float32Array} image - 256 gray levels.
   * @param {number[]} [asked] - Places of the networks; all of them by default.
   * @returns {{units: object[], verdicts: object[], committee: object|null}} What each network
   *   asked computes (overwritten by the next reading) and decides, and the committee's verdict,
   *   with its outputs, if all were asked.
   */
  function read(image, asked = data.seeds.map((_, n) => n)) {
    const units = asked.map((n) => {
      rooms[n] = network.forward(parameters[n], image, rooms[n]);
      return rooms[n];
    });
    const outputs = units.map((each) => each.outputs.at(-1));
    const verdicts = asked.map((n, place) => verdictOf(outputs[place], data.thresholds[n]));
    let committee = null;
    if (asked.length === data.seeds.length && data.committee) {
      const mean = committeeOf(outputs);
      committee = { outputs: mean, ...verdictOf(mean, data.committee) };
    }
    return { units, verdicts, committee };
  }

  /**
   * Delete parameters of every network as it was trained: they become 0.
   *
   * @param {number} left - How many a network keeps.
   * @param {"saliency"|"magnitude"} by - What goes first: that of the least saliency, or the least.
   */
  function leave(left, by) {
    orders.magnitude ??= whole.map(smallestFirst);
    whole.forEach((trained, n) => {
      parameters[n] = trained.slice();
      orders[by][n].subarray(0, count - left).forEach((place) => (parameters[n][place] = 0));
    });
  }

  const { seeds, thresholds, shown, committee } = data;
  return { network, parameters, seeds, thresholds, shown, committee, read, leave };
}

/**
 * Unpack digits.
 *
 * @param {{levels: string, labels: number[], misread: number[]}} data - Gray levels in thousandths,
 *   16 bits each, in base64; what each shows, and how many networks misread it.
 * @returns {{image: Float32Array, label: number, misread: number}[]}
 */
export function digitsOf(data) {
  const levels = new Int16Array(bytesOf(data.levels));
  return data.labels.map((label, n) => ({
    image: Float32Array.from(levels.subarray(256 * n, 256 * (n + 1)), (level) => level / 1000),
    label,
    misread: data.misread[n],
  }));
}

/**
 * How long one network takes for a digit, as a mean over many.
 *
 * @param {ReturnType<typeof machineOf>} machine
 * @param {Float32Array} image
 * @param {number} [milliseconds] - For so long at least it is measured.
 * @returns {number} Microseconds.
 */
export function microsecondsADigit(machine, image, milliseconds = 15) {
  const start = performance.now();
  let digits = 0;
  let spent = 0;
  while (spent < milliseconds) {
    for (let n = 0; n < 5; n++) {
      machine.read(image, [machine.shown]);
    }
    digits += 5;
    spent = performance.now() - start;
  }
  return (1000 * spent) / digits;
}

/**
 * The field of a unit in the input plane.
 *
 * @param {object[]} layers - Of `networkOf`.
 * @param {number} layer - Its number, from 0.
 * @param {number} row
 * @param {number} column
 * @returns {{top: number, left: number, height: number, width: number}} In pixels of the plane.
 */
export function fieldOf(layers, layer, row, column) {
  let field = { top: row, left: column, height: 1, width: 1 };
  for (let n = layer; n >= 0; n--) {
    const { kind, kernel, stride, border, below } = layers[n];
    if (kind === "Convolution") {
      field = {
        top: field.top * stride - border.top,
        left: field.left * stride - border.left,
        height: (field.height - 1) * stride + kernel,
        width: (field.width - 1) * stride + kernel,
      };
    } else if (kind === "Subsampling") {
      const { top, left, height, width } = field;
      field = { top: 2 * top, left: 2 * left, height: 2 * height, width: 2 * width };
    } else {
      field = { top: 0, left: 0, height: below.height, width: below.width };
    }
  }
  return field;
}
