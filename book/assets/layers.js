/** The hidden layers as images: every map a button that shows what it reads and by which weights. */
import { fieldOf } from "./machine.js";
import { framed, make, paint, pixels, roving, signed } from "./page.js";

/** The greatest value of a unit, which is the darkest ink. */
export const FULL = 1.7159;

/** A map's units among those of its layer. */
function mapOf(units, layer, map) {
  const size = layer.height * layer.width;
  return units.subarray(map * size, (map + 1) * size);
}

/** The number of a map as people count, with its layer. */
function nameOf(layer, map) {
  return `${layer.name}, map ${map + 1} of ${layer.maps}`;
}

/**
 * Make the panel of all hidden layers.
 *
 * @param {object[]} layers - Of `networkOf`.
 * @param {(at: {layer: number, map: number, row?: number, column?: number}) => void} inspect - Told
 *   which map is pointed at, and which of its units.
 * @returns {{element: HTMLElement, update: (units: object|null) => void,
 *   mark: (at: object) => void}}
 */
export function layersPanel(layers, inspect) {
  const hidden = layers.slice(0, -1);
  const buttons = hidden.map((layer, n) =>
    Array.from({ length: layer.maps }, (_, map) => mapButton(layer, n, map, inspect)),
  );
  const element = make("div", { class: "lenet-layers" });
  hidden.forEach((layer, n) => {
    const said = `${layer.maps} maps of ${layer.height} × ${layer.width}`;
    const group = make(
      "div",
      { class: "lenet-maps", role: "group", "aria-label": `${layer.name}: ${said}` },
      ...buttons[n].map(({ button }) => button),
    );
    group.style.setProperty("--maps", layer.maps);
    group.style.setProperty("--narrow", Math.min(6, layer.maps));
    group.style.setProperty("--side", `${[5.4, 3.9, 2.9, 2.2][n] ?? 2.2}rem`);
    roving(group);
    const name = make("p", {}, make("b", { text: layer.name }), ` ${said}`);
    element.append(make("div", { class: "lenet-layer" }, name, group));
  });

  function update(units) {
    buttons.forEach((row, n) =>
      row.forEach(({ canvas }, map) => {
        const blank = new Float32Array(canvas.width * canvas.height).fill(-FULL);
        paint(canvas, units ? mapOf(units.outputs[n], hidden[n], map) : blank, FULL);
      }),
    );
  }

  function mark(at) {
    const read = layers[at.layer].table[at.map];
    buttons.forEach((row, n) =>
      row.forEach(({ button }, map) => {
        button.setAttribute("aria-pressed", n === at.layer && map === at.map);
        button.classList.toggle("read", n === at.layer - 1 && read.includes(map));
        const reads = n === at.layer + 1 && layers[n].table[map].includes(at.map);
        button.classList.toggle("reads", reads);
      }),
    );
  }

  return { element, update, mark };
}

/** One map as a button; a pointer on it chooses the unit under it. */
function mapButton(layer, number, map, inspect) {
  const canvas = pixels(layer.width, layer.height);
  const point = (event) => {
    const box = canvas.getBoundingClientRect();
    const place = (at, low, size, count) =>
      Math.max(0, Math.min(count - 1, Math.floor(((at - low) / size) * count)));
    inspect({
      layer: number,
      map,
      row: place(event.clientY, box.top, box.height, layer.height),
      column: place(event.clientX, box.left, box.width, layer.width),
    });
  };
  const button = make(
    "button",
    {
      type: "button",
      class: 2 * map < layer.maps ? "one-half" : "other-half",
      "aria-label": nameOf(layer, map),
      pointermove: point,
      pointerdown: point,
      focus: () => inspect({ layer: number, map }),
    },
    canvas,
  );
  return { button, canvas };
}

/**
 * Make the panel that shows one unit of one map: its fields below, its kernels, its sum.
 *
 * @param {object} network - Of `networkOf`.
 * @param {(at: object) => void} inspect - Told when another unit is chosen here.
 * @returns {{element: HTMLElement, show: (at: object, parameters: Float32Array) => void,
 *   update: (units: object|null, plane: Float32Array) => void}}
 */
export function unitPanel(network, inspect) {
  const title = make("h3", { class: "lenet-title" });
  const said = make("p", {});
  const terms = make("div", { class: "lenet-terms" });
  const sum = make("p", { class: "lenet-sum" });
  const slider = make("input", { type: "range", min: 0, value: 0, "aria-label": "Unit of the map" });
  const element = make(
    "section",
    { class: "lenet-unit", "aria-label": "One unit" },
    make("div", {}, title, said, make("label", {}, "Unit ", slider)),
    make("div", {}, terms, sum),
  );
  let now = null;
  slider.addEventListener("input", () => {
    const { width } = network.layers[now.at.layer];
    const unit = Number(slider.value);
    inspect({ ...now.at, row: Math.floor(unit / width), column: unit % width });
  });

  function show(at, parameters) {
    const layer = network.layers[at.layer];
    const isOther =
      now?.at.layer !== at.layer || now.at.map !== at.map || now.parameters !== parameters;
    if (isOther) {
      now = { parameters, ...partsOf(network, at, parameters) };
      terms.replaceChildren(...now.elements);
      title.textContent = nameOf(layer, at.map);
      said.textContent = inWords(network, at, parameters);
      slider.max = layer.height * layer.width - 1;
    }
    now.at = at;
    slider.value = at.row * layer.width + at.column;
    slider.setAttribute("aria-valuetext", `row ${at.row + 1}, column ${at.column + 1}`);
    const below = fieldOf([layer], 0, at.row, at.column);
    now.sources.forEach(({ frame }) => frame.outline(below));
    now.own.outline({ top: at.row, left: at.column, height: 1, width: 1 });
  }

  function update(units, plane) {
    const { layer: n, map, row, column } = now.at;
    const layer = network.layers[n];
    const blank = (count) => new Float32Array(count).fill(-FULL);
    for (const { canvas, read } of now.sources) {
      const values = n ? units && mapOf(units.outputs[n - 1], network.layers[n - 1], read) : plane;
      paint(canvas, values ?? blank(canvas.width * canvas.height), n ? FULL : 1);
    }
    const place = map * layer.height * layer.width + row * layer.width + column;
    const values = units && mapOf(units.outputs[n], layer, map);
    paint(now.ownCanvas, values ?? blank(layer.height * layer.width), FULL);
    sum.textContent = units
      ? `Row ${row + 1}, column ${column + 1}: the sum is ${signed(units.sums[n][place])}, ` +
        `squashed ${signed(units.outputs[n][place])}.`
      : "";
  }

  return { element, show, update };
}

/** The images of a unit's panel: what the map reads, its kernels, and itself. */
function partsOf(network, at, parameters) {
  const layer = network.layers[at.layer];
  const elements = [];
  const sources = layer.table[at.map].map((read, n) => {
    const canvas = pixels(layer.below.width, layer.below.height);
    const frame = framed(canvas);
    const name = at.layer ? `${network.layers[at.layer - 1].name}, ${read + 1}` : "the plane";
    const term = make("div", { class: "lenet-term" });
    term.append(signOf(n ? "+" : ""));
    term.append(make("figure", {}, frame.element, make("figcaption", { text: name })));
    if (layer.kind === "Convolution") {
      term.append(signOf("×"), kernelOf(layer, at, n, parameters));
    }
    elements.push(term);
    return { canvas, frame, read };
  });
  const ownCanvas = pixels(layer.width, layer.height);
  const own = framed(ownCanvas);
  const name = make("figcaption", { text: `${layer.name}, ${at.map + 1}` });
  const result = make("figure", {}, own.element, name);
  elements.push(make("div", { class: "lenet-term" }, signOf("→"), result));
  return { elements, sources, own, ownCanvas };
}

/** A sign of arithmetic between images. */
function signOf(text) {
  return make("span", { class: "lenet-sign", text });
}

/** A kernel as an image, its largest weight said. */
function kernelOf(layer, at, n, parameters) {
  const count = layer.kernel * layer.kernel;
  const first = layer.weights + (layer.pairs[at.map] + n) * count;
  const weights = parameters.subarray(first, first + count);
  const most = weights.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  const canvas = pixels(layer.kernel, layer.kernel);
  paint(canvas, weights, most || 1, "signs");
  const caption = make("figcaption", { text: `kernel, ±${most.toFixed(2)}` });
  return make("figure", { class: "lenet-kernel" }, framed(canvas).element, caption);
}

/** What a map reads, in a sentence. */
function inWords(network, { layer: n, map }, parameters) {
  const layer = network.layers[n];
  const field = fieldOf(network.layers, n, 0, 0);
  const sees = `Its field on the plane is ${field.height} × ${field.width}.`;
  const bias = signed(parameters[layer.biases + map]);
  if (layer.kind === "Subsampling") {
    const weight = signed(parameters[layer.weights + map]);
    return (
      `A unit adds up 2 × 2 units of map ${map + 1} of ${network.layers[n - 1].name}, ` +
      `times ${weight}, and adds ${bias}. ${sees}`
    );
  }
  const read = layer.table[map].map((number) => number + 1);
  const from = n
    ? `map${read.length > 1 ? "s" : ""} ${read.join(" and ")} of ${network.layers[n - 1].name}` +
      " (Table 1), with a kernel for each"
    : "the plane with one kernel";
  const side = layer.kernel;
  return `A unit reads ${side} × ${side} units of ${from}, and adds ${bias}. ${sees}`;
}
