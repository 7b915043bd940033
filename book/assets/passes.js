/**
 * A training to scrub through: two networks beside each other, after some of their passes.
 *
 * The page holds an element with data-lenet="passes", and what reproduction/pages/passes.py packs
 * as JSON in <script type="application/json" id="lenet-passes">.
 */
import { fromHalves } from "./halves.js";
import { FULL } from "./layers.js";
import { digitsOf } from "./machine.js";
import { networkOf } from "./network.js";
import { framed, make, onTheme, paint, pixels, roving, signed } from "./page.js";

const TRAINING = JSON.parse(document.getElementById("lenet-passes").textContent);

/** The weights of every network after every pass that is kept: [pass][network]. */
function weightsOf(training, count) {
  const bytes = Uint8Array.from(atob(training.parameters), (letter) => letter.charCodeAt(0));
  const all = fromHalves(new Uint16Array(bytes.buffer));
  return training.passes.map((_, pass) =>
    training.seeds.map((__, n) => {
      const first = (pass * training.seeds.length + n) * count;
      return all.subarray(first, first + count);
    }),
  );
}

/** Images of one network: the kernels and maps of its first layer, the maps of its third. */
function networkPanel(network, seed) {
  const [first, , third] = network.layers;
  const row = (layer, height, width) =>
    Array.from({ length: layer.maps }, () => pixels(width, height));
  const kernels = row(first, first.kernel, first.kernel);
  const maps = row(first, first.height, first.width);
  const above = row(third, third.height, third.width);
  const line = (text, canvases) =>
    make(
      "div",
      {},
      make("p", { text }),
      make("div", { class: "lenet-images" }, ...canvases.map((canvas) => framed(canvas).element)),
    );
  const said = make("p", { class: "lenet-sum" });
  const element = make(
    "div",
    { class: "lenet-learner" },
    make("h3", { class: "lenet-title", text: `Seed ${seed}` }),
    line("Kernels of H1", kernels),
    line("H1", maps),
    line("H3", above),
    said,
  );

  function update(parameters, image, error) {
    const { outputs } = network.forward(parameters, image);
    kernels.forEach((canvas, map) => {
      const size = first.kernel * first.kernel;
      const at = first.weights + first.pairs[map] * size;
      const weights = parameters.subarray(at, at + size);
      const most = weights.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
      paint(canvas, weights, most, "signs");
    });
    for (const [canvases, layer, units] of [[maps, first, outputs[0]], [above, third, outputs[2]]]) {
      const size = layer.height * layer.width;
      canvases.forEach((canvas, map) => {
        paint(canvas, units.subarray(map * size, (map + 1) * size), FULL);
      });
    }
    said.textContent = answerInWords(outputs.at(-1), error);
  }

  return { element, update };
}

/** What a network says of the digit, and how it errs. */
function answerInWords(outputs, error) {
  const answer = outputs.indexOf(outputs.reduce((a, b) => Math.max(a, b)));
  const errs = error === null ? "" : ` On the test digits it errs on ${error.toFixed(1)} %.`;
  return `It says ${answer}, by an output of ${signed(outputs[answer])}.${errs}`;
}

/** The errors after every pass as curves, a line for each network, and a mark that moves. */
function curvesOf(training) {
  const svgOf = (tag, attributes, text = "") => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
    element.textContent = text;
    return element;
  };
  const count = training.errors[0].length;
  const most = 5 * Math.ceil(Math.max(...training.errors.flat()) / 5);
  const place = (pass, percent) => [40 + (545 * pass) / count, 190 - (156 * percent) / most];
  const label = "Errors on handwritten test digits after every pass, in percent";
  const svg = svgOf("svg", { viewBox: "0 0 600 238", role: "img", "aria-label": label });
  svg.append(svgOf("path", { class: "axis", d: "M40 30V190H590" }));
  for (let percent = 0; percent <= most; percent += 5) {
    const [, y] = place(0, percent);
    svg.append(svgOf("text", { x: 34, y: y + 5, "text-anchor": "end" }, percent));
  }
  for (const pass of training.passes) {
    svg.append(svgOf("text", { x: place(pass, 0)[0], y: 209, "text-anchor": "middle" }, pass));
  }
  svg.append(svgOf("text", { x: 315, y: 232, "text-anchor": "middle" }, "passes"));
  svg.append(svgOf("text", { x: 4, y: 16 }, "% errors on handwritten test digits"));
  training.errors.forEach((errors, n) => {
    const points = errors.map((percent, pass) => place(pass + 1, percent).join(",")).join(" ");
    svg.append(svgOf("polyline", { class: n ? "other" : "one", points }));
  });
  const mark = svgOf("path", { class: "now" });
  svg.append(mark);
  const update = (pass) => mark.setAttribute("d", `M${place(pass, 0)[0]} 30V190`);
  return { element: svg, update };
}

/** Digits to choose from. */
function chooser(digits, choose) {
  const canvases = digits.map(() => pixels(16, 16));
  const buttons = canvases.map((canvas, n) =>
    make(
      "button",
      { type: "button", "aria-label": `A ${digits[n].label}`, click: () => choose(n) },
      canvas,
    ),
  );
  const element = make("div", { class: "lenet-row", role: "group", "aria-label": "Digits" });
  element.append(...buttons);
  roving(element);
  const colour = () => canvases.forEach((canvas, n) => paint(canvas, digits[n].image, 1));
  return { element, colour };
}

/** Fill the place of the form. */
function mountPasses(root) {
  const network = networkOf(TRAINING.architecture);
  const weights = weightsOf(TRAINING, network.parameterCount);
  const digits = digitsOf(TRAINING.digits);
  const panels = TRAINING.seeds.map((seed) => networkPanel(network, seed));
  const curves = curvesOf(TRAINING);
  const said = make("output", {});
  const state = { digit: 0 };
  const slider = make("input", {
    type: "range",
    min: 0,
    max: TRAINING.passes.length - 1,
    value: 0,
    "aria-label": "Passes",
    input: () => update(),
  });
  const choose = chooser(digits, (n) => {
    state.digit = n;
    update();
  });

  function update() {
    const pass = TRAINING.passes[Number(slider.value)];
    const text = pass === 1 ? "After 1 pass" : `After ${pass} passes`;
    said.textContent = pass ? text : "Before the first pass";
    slider.setAttribute("aria-valuetext", said.textContent);
    panels.forEach((panel, n) => {
      const error = pass ? TRAINING.errors[n][pass - 1] : null;
      panel.update(weights[Number(slider.value)][n], digits[state.digit].image, error);
    });
    curves.update(pass);
  }

  root.replaceChildren(
    make("div", { class: "lenet-tools" }, said, slider),
    make("div", { class: "lenet-rejection lenet-curves" }, curves.element),
    choose.element,
    make("div", { class: "lenet-learners" }, ...panels.map(({ element }) => element)),
  );
  const colour = () => {
    choose.colour();
    update();
  };
  onTheme(colour);
  colour();
}

document.querySelectorAll('[data-lenet="passes"]').forEach(mountPasses);
