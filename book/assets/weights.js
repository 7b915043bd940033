/** The weights of a network as one image a layer. */

import { make, paint, pixels } from "./page.js";

/** How the images are laid out: from a layer to columns, rows, and what lies where. */
const LAYOUTS = {
  Convolution: kernelsLayout,
  Subsampling: blocksLayout,
  Connection: outputsLayout,
};

/** Full colour stands for so many times the root mean square of a layer's weights. */
const STRONG = 2;

/** Kernels in a table: a column a map, a row a map below; clear where there is no connection. */
function kernelsLayout({ table, pairs, kernel, weights, below, maps }) {
  const pitch = kernel + 1;
  const places = [];
  table.forEach((reads, m) => {
    reads.forEach((read, n) => {
      for (let tap = 0; tap < kernel * kernel; tap++) {
        const row = read * pitch + Math.floor(tap / kernel);
        const place = row * (maps * pitch - 1) + m * pitch + (tap % kernel);
        places.push([place, weights + (pairs[m] + n) * kernel * kernel + tap]);
      }
    });
  });
  return { width: maps * pitch - 1, height: below.maps * pitch - 1, places };
}

/** One coefficient a map, as a block below its map's column. */
function blocksLayout({ maps, weights }) {
  const [wide, high, pitch] = [5, 2, 6];
  const width = maps * pitch - 1;
  const places = [];
  for (let m = 0; m < maps; m++) {
    for (let i = 0; i < wide * high; i++) {
      places.push([Math.floor(i / wide) * width + m * pitch + (i % wide), weights + m]);
    }
  }
  return { width, height: high, places };
}

/** A row an output unit: what it reads of each map below. */
function outputsLayout({ maps, weights, below }) {
  const [high, wide] = [below.height + 1, below.width + 1];
  const width = below.maps * wide - 1;
  const places = [];
  for (let k = 0, w = weights; k < maps; k++) {
    for (let m = 0; m < below.maps; m++) {
      for (let i = 0; i < below.height * below.width; i++, w++) {
        const row = k * high + Math.floor(i / below.width);
        places.push([row * width + m * wide + (i % below.width), w]);
      }
    }
  }
  return { width, height: maps * high - 1, places };
}

/** What stands beside a layer's image. */
function captionOf({ name, kind, kernel, maps, below, table }) {
  if (kind === "Convolution") {
    const count = table.flat().length;
    const read = below.maps > 1 ? "; a column a map, a row a map below" : "";
    return `${name}: ${count} kernels, ${kernel} × ${kernel}${read}`;
  }
  return kind === "Subsampling"
    ? `${name}: a coefficient a map`
    : `${name}: a row a digit, a column a map below`;
}

/** The root mean square of some numbers. */
function rootMeanSquare(numbers) {
  return Math.sqrt(numbers.reduce((sum, number) => sum + number * number, 0) / numbers.length);
}

/** One layer's image; what full colour stands for only grows, so that colours can be compared. */
function layerImage(layer, widest) {
  const { width, height, places } = LAYOUTS[layer.kind](layer);
  const canvas = pixels(width, height, { role: "img", "aria-label": captionOf(layer) });
  const values = new Float32Array(width * height).fill(NaN);
  const most = make("span", { class: "lenet-most" });
  const caption = make("figcaption", { text: `${captionOf(layer)} ` }, most);
  canvas.style.width = `${(100 * width) / widest}%`;
  let full = 0;

  function update(parameters) {
    const { weights, biases } = layer;
    full = Math.max(full, STRONG * rootMeanSquare(parameters.subarray(weights, biases)));
    for (const [place, w] of places) values[place] = parameters[w];
    paint(canvas, values, full, "signs");
    most.textContent = `(full colour from ±${full.toPrecision(2)})`;
  }

  return { element: make("figure", {}, caption, canvas), update };
}

/**
 * Make the images of all layers' weights.
 *
 * @param {object[]} layers - As `networkOf` gives them.
 * @returns {{element: HTMLElement, update: (parameters: Float32Array) => void}}
 */
export function weightsPanel(layers) {
  const hidden = layers.slice(0, -1);
  const widest = Math.max(...hidden.map((layer) => LAYOUTS[layer.kind](layer).width));
  const output = layers.at(-1);
  const lower = hidden.map((layer) => layerImage(layer, widest));
  const upper = layerImage(output, LAYOUTS[output.kind](output).width);
  const element = make(
    "div",
    { class: "lenet-weights" },
    make("div", {}, ...lower.map((each) => each.element)),
    make("div", {}, upper.element),
  );
  return {
    element,
    update: (parameters) => [...lower, upper].forEach((each) => each.update(parameters)),
  };
}
