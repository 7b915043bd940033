/** Charts of a training as it goes: error and energy by pass, and the rates of all weights. */

import { make } from "./page.js";

const SVG = "http://www.w3.org/2000/svg";

/** Make an element of a drawing. */
function drawnAs(tag, properties = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "text") element.textContent = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** A text of a drawing. */
function label(text, x, y, anchor = "middle") {
  return drawnAs("text", { x, y, "text-anchor": anchor, text });
}

/** A power of ten as text. */
function powerOfTen(exponent) {
  const raised = [...String(Math.abs(exponent))].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]).join("");
  return `10${exponent < 0 ? "⁻" : ""}${raised}`;
}

/** A scale on which numbers near 0 have room, and 0 a place: square roots. */
const ERROR_SCALE = { at: (error) => Math.sqrt(error), ticks: [0, 0.01, 0.1, 0.3, 0.6, 1] };

/** A logarithmic scale, held at its ends. */
const ENERGY_ENDS = [0.01, 100];
const ENERGY_SCALE = {
  at: (energy) => {
    const [low, high] = ENERGY_ENDS.map(Math.log10);
    const held = Math.max(low, Math.min(high, Math.log10(energy)));
    return (held - low) / (high - low);
  },
  ticks: [0.01, 0.1, 1, 10, 100],
};

const CURVES = [
  {
    name: "error",
    title: "Error, in percent",
    scale: ERROR_SCALE,
    word: (tick) => String(Math.round(100 * tick)),
  },
  { name: "energy", title: "Energy E of a digit", scale: ENERGY_SCALE, word: String },
];

const MARGIN = { left: 38, right: 12, top: 8, bottom: 24 };
const CURVE_HEIGHT = 150;

/** Passes that stand at the axis: not more than a handful. */
function passTicks(passes) {
  const step = [1, 2, 5, 10, 20, 50, 100].find((each) => passes / each <= 6) ?? 500;
  return Array.from({ length: Math.floor(passes / step) + 1 }, (_, n) => n * step);
}

/** One of the two charts of a training. */
function curveChart({ name, title, scale, word }) {
  const axes = drawnAs("g", { class: "lenet-axes" });
  const ghost = drawnAs("path", { class: "lenet-curve lenet-ghost" });
  const curve = drawnAs("path", { class: "lenet-curve" });
  const dots = drawnAs("path", { class: "lenet-dots" });
  const picture = drawnAs("svg", { role: "img" }, axes, ghost, curve, dots);
  const element = make("figure", {}, make("figcaption", { text: title }), picture);

  /** Draw what there is of it, on `passes` passes and so many pixels. */
  function update({ points, trials, former }, passes, width) {
    const [across, high] = [width - MARGIN.left - MARGIN.right, CURVE_HEIGHT];
    const x = (at) => MARGIN.left + (across * at) / passes;
    const y = (value) => MARGIN.top + high * (1 - scale.at(value));
    const place = (point) => `${x(point.at).toFixed(1)} ${y(point[name]).toFixed(1)}`;
    const line = (all) => (all.length ? `M${all.map(place).join("L")}` : "");
    picture.setAttribute("viewBox", `0 0 ${width} ${high + MARGIN.top + MARGIN.bottom}`);
    axes.replaceChildren(
      ...scale.ticks.flatMap((tick) => [
        drawnAs("line", { x1: x(0), x2: x(passes), y1: y(tick), y2: y(tick) }),
        label(word(tick), MARGIN.left - 6, y(tick) + 4, "end"),
      ]),
      ...passTicks(passes).map((pass) => label(pass, x(pass), high + MARGIN.top + 18)),
    );
    curve.setAttribute("d", line(points));
    ghost.setAttribute("d", line(former.filter(({ at }) => at <= passes)));
    const tried = name === "error" ? trials : [];
    dots.setAttribute(
      "d",
      tried.map(({ passes: at, wrong, of }) => `M${x(at)} ${y(wrong / of)}h0`).join(""),
    );
    const last = points.at(-1);
    const said = last
      ? `${(name === "error" ? 100 * last.error : last.energy).toPrecision(2)} after ` +
        `${last.at.toFixed(2)} passes`
      : "nothing yet";
    picture.setAttribute("aria-label", `${title}, over the last hundred digits: ${said}`);
  }

  return { element, update };
}

/**
 * Make the curves of a training, with the training before as a faint line.
 *
 * @returns {{element: HTMLElement, update: (training: {points: object[], trials: object[],
 *   former: object[]}) => void}}
 */
export function curvesPanel() {
  const charts = CURVES.map(curveChart);
  const key = make("p", {
    class: "lenet-key",
    text:
      "Lines: the last hundred digits that were learned from, each before its step. Dots: the " +
      "test digits, of faces never learned from, after each pass. Below: passes. Faint: the " +
      "training before.",
  });
  const figures = charts.map((chart) => chart.element);
  const element = make("div", { class: "lenet-curves" }, ...figures, key);

  function update(training) {
    const last = training.points.at(-1)?.at ?? 0;
    const passes = Math.max(1, Math.ceil(last - 1e-9));
    const width = Math.max(200, charts[0].element.clientWidth);
    charts.forEach((chart) => chart.update(training, passes, width));
  }

  return { element, update };
}

const ROW = 34; // height of a layer's strip of rates
const NAMES = 62; // room for the layers' names

/** The middle one of some numbers. */
function medianOf(numbers) {
  const sorted = Float32Array.from(numbers).sort();
  return sorted[sorted.length >> 1];
}

/** A number from 0 to 1 that belongs to a place: dots of one rate lie beside each other. */
function jitter(place) {
  return (place * 0.6180339887) % 1;
}

/**
 * Make the picture of the rates: a dot a weight or bias, layer by layer, on a logarithmic axis.
 *
 * @returns {{element: HTMLElement, update: (rates: Float32Array|null, layers: object[]) => void}}
 */
export function ratesPanel() {
  const picture = drawnAs("svg", { role: "img" });
  const words = make("p", { class: "lenet-key" });
  const element = make("div", { class: "lenet-rates" }, picture, words);
  let drawn = {};

  function update(rates, layers) {
    const width = Math.max(240, element.clientWidth);
    if (drawn.rates === rates && drawn.width === width) return;
    drawn = { rates, width };
    if (!rates) {
      picture.replaceChildren();
      picture.setAttribute("aria-label", "The rates are not known yet");
      words.textContent = "The rates come with the first step: its curvature takes 500 digits.";
      return;
    }
    const low = Math.floor(Math.log10(rates.reduce((a, b) => Math.min(a, b))));
    const high = Math.max(low + 1, Math.ceil(Math.log10(rates.reduce((a, b) => Math.max(a, b)))));
    const x = (rate) => NAMES + ((width - NAMES - 16) * (Math.log10(rate) - low)) / (high - low);
    const bottom = ROW * layers.length;
    const parts = [];
    for (let power = low; power <= high; power++) {
      const at = x(10 ** power);
      parts.push(drawnAs("line", { class: "lenet-tick", x1: at, x2: at, y1: 0, y2: bottom }));
      parts.push(label(powerOfTen(power), at, bottom + 17));
    }
    const said = layers.map((layer, row) => {
      const end = layer.biases + layer.biasCount;
      const own = rates.subarray(layer.weights, end);
      const dots = Array.from(own, (rate, k) => {
        const y = ROW * row + 5 + (ROW - 12) * jitter(k + 1);
        return `M${x(rate).toFixed(1)} ${y.toFixed(1)}h0`;
      });
      const median = medianOf(own);
      const [middle, top] = [x(median), ROW * row + 2];
      const line = { x1: middle, x2: middle, y1: top, y2: top + ROW - 6 };
      parts.push(label(layer.name, 0, top + ROW / 2 + 2, "start"));
      parts.push(drawnAs("path", { class: "lenet-rate", d: dots.join("") }));
      parts.push(drawnAs("line", { class: "lenet-median", ...line }));
      return `${layer.name} ${median.toPrecision(2)}`;
    });
    picture.setAttribute("viewBox", `0 0 ${width} ${bottom + 24}`);
    picture.replaceChildren(...parts);
    picture.setAttribute("aria-label", `Median rates: ${said.join(", ")}`);
    words.textContent =
      "The step of each weight and bias for a gradient of 1; the line is a layer's median.";
  }

  return { element, update };
}
