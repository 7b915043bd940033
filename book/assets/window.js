/** The moving window: one kernel of the first layer steps over the digit, and its map fills. */
import { FULL } from "./layers.js";
import { fieldOf } from "./machine.js";
import { framed, make, paint, pixels, signed } from "./page.js";

/** Milliseconds between two units while playing. */
const PACE = 25;
/** Without motion, a row at a time appears, so many milliseconds apart. */
const CALM_PACE = 600;

/**
 * Make the panel.
 *
 * @param {object} network - Of `networkOf`; its first layer is a convolution over the plane.
 * @param {Float32Array} parameters
 * @returns {{element: HTMLElement, update: (image: Float32Array) => void}} `update` takes another
 *   image, and leaves the window where it is.
 */
export function windowPanel(network, parameters) {
  const layer = network.layers[0];
  const last = layer.height * layer.width - 1;
  const state = { map: 0, unit: 0, image: null, plane: null, found: null, playing: 0 };
  const images = windowImages(layer);
  const sum = make("p", { class: "lenet-sum" });
  const slider = make("input", {
    type: "range",
    min: 0,
    max: last,
    value: 0,
    "aria-label": "Place of the window",
    input: () => stopAt(Number(slider.value)),
  });
  const play = make("button", { type: "button", text: "Play", click: () => toggle() });
  const maps = make(
    "select",
    { "aria-label": "Map of H1", change: () => chooseMap(Number(maps.value)) },
    ...layer.table.map((_, map) => make("option", { value: map, text: `Map ${map + 1} of H1` })),
  );
  const step = (by, text, label) =>
    make("button", {
      type: "button",
      text,
      "aria-label": label,
      click: () => stopAt(Math.max(0, Math.min(last, state.unit + by))),
    });
  const tools = make(
    "div",
    { class: "lenet-tools" },
    maps,
    step(-1, "Back", "One step back"),
    step(1, "Step", "One step on"),
    play,
    slider,
  );
  const element = make("div", { class: "lenet-window" }, images.element, sum, tools);

  function stopAt(unit) {
    stop();
    state.unit = unit;
    draw();
  }

  function stop() {
    clearTimeout(state.playing);
    state.playing = 0;
    play.textContent = "Play";
  }

  function toggle() {
    if (state.playing) {
      stop();
      return;
    }
    state.unit = state.unit >= last ? 0 : state.unit;
    play.textContent = "Pause";
    state.playing = setTimeout(advance, PACE);
  }

  function advance() {
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const by = calm ? layer.width : 1;
    state.unit = Math.min(last, state.unit + by);
    draw();
    if (state.unit === last) {
      stop();
    } else {
      state.playing = setTimeout(advance, calm ? CALM_PACE : PACE);
    }
  }

  function chooseMap(map) {
    state.map = map;
    draw();
  }

  function draw() {
    const size = layer.height * layer.width;
    const units = state.found.outputs[0].subarray(state.map * size, (state.map + 1) * size);
    const sums = state.found.sums[0].subarray(state.map * size, (state.map + 1) * size);
    const weights = kernelWeights(layer, state.map, parameters);
    images.draw(state.plane, weights, units, state.unit);
    const bias = parameters[layer.biases + state.map];
    slider.value = state.unit;
    const [row, column] = [Math.floor(state.unit / layer.width), state.unit % layer.width];
    slider.setAttribute("aria-valuetext", `row ${row + 1}, column ${column + 1}`);
    const a = sums[state.unit];
    sum.textContent =
      `25 products add up to ${signed(a - bias)}; with the bias ${signed(bias)}, ` +
      `a = ${signed(a)}; squashed, the unit holds ${signed(units[state.unit])}.`;
  }

  function update(image) {
    state.image = image;
    state.plane = network.planeOf(image);
    state.found = network.forward(parameters, image, state.found ?? undefined);
    draw();
  }

  return { element, update };
}

/** The weights of a map's kernel of the first layer. */
function kernelWeights(layer, map, parameters) {
  const count = layer.kernel * layer.kernel;
  const first = layer.weights + layer.pairs[map] * count;
  return parameters.subarray(first, first + count);
}

/** The images: plane with window, what the window shows, kernel, products, map. */
function windowImages(layer) {
  const { kernel, height, width, below } = layer;
  const cut = pixels(kernel, kernel);
  const weights = pixels(kernel, kernel);
  const products = pixels(kernel, kernel);
  const plane = pixels(below.width, below.height);
  const map = pixels(width, height);
  const [planeFrame, mapFrame] = [framed(plane), framed(map)];
  const figure = (content, text, name) =>
    make("figure", { class: name }, content, make("figcaption", { text }));
  const sign = (text) => make("span", { class: "lenet-sign", text });
  const small = make(
    "div",
    { class: "lenet-products" },
    figure(framed(cut).element, "window"),
    sign("×"),
    figure(framed(weights).element, "kernel"),
    sign("="),
    figure(framed(products).element, "products"),
  );
  const element = make(
    "div",
    { class: "lenet-moving" },
    figure(planeFrame.element, "The digit in its plane"),
    small,
    figure(mapFrame.element, "Its feature map"),
  );

  function draw(values, kernelValues, units, unit) {
    const [row, column] = [Math.floor(unit / width), unit % width];
    const field = fieldOf([layer], 0, row, column);
    const seen = kernelValues.map((_, tap) => {
      const [r, c] = [field.top + Math.floor(tap / kernel), field.left + (tap % kernel)];
      return values[r * below.width + c];
    });
    const most = kernelValues.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    paint(plane, values, 1);
    paint(cut, seen, 1);
    paint(weights, kernelValues, most, "signs");
    paint(products, seen.map((x, tap) => x * kernelValues[tap]), most, "signs");
    paint(map, units.map((value, n) => (n <= unit ? value : NaN)), FULL);
    planeFrame.outline(field);
    mapFrame.outline({ top: row, left: column, height: 1, width: 1 });
  }

  return { element, draw };
}
