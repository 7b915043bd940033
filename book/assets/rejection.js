/**
 * "Drag the threshold": misread digits go to the clerk, and the error among the rest falls.
 *
 * The page holds an element with data-lenet="rejection", and what reproduction/pages/played.py
 * packs as JSON in <script type="application/json" id="lenet-played">.
 */
import { digitsOf } from "./machine.js";
import { make, onTheme, paint, pixels } from "./page.js";
import { curveOf, leftAt } from "./rejecting.js";

/** Columns of digits, from a difference of 0 to the greatest that is shown. */
const BINS = 28;
const GREATEST = 1.8;

/** How far to the right a difference stands, from 0 to 1: small ones, where most are, get room. */
function alongOf(difference) {
  return Math.min(1, Math.sqrt(difference / GREATEST));
}

/** Percent rejected, and of errors, at the ends of the curve's axes. */
const ACROSS = 20;
const UP = 5;

/** Lay misread digits into columns by their difference; return them, and the tallest column. */
function stacked(digits, places, differences) {
  const heights = new Array(BINS).fill(0);
  const items = places.map((place, n) => {
    const difference = differences[place];
    const bin = Math.min(BINS - 1, Math.floor(alongOf(difference) * BINS));
    const canvas = pixels(16, 16);
    const element = make("span", { class: "lenet-error" }, canvas);
    element.style.left = `${(100 * bin) / BINS}%`;
    const item = { element, canvas, difference, row: heights[bin], image: digits[n].image };
    heights[bin] += 1;
    return item;
  });
  return { items, tallest: Math.max(...heights) };
}

/** The two trays, one above the other, with the digits that are misread. */
function traysOf(digits, rejection, differences) {
  const { items, tallest } = stacked(digits, rejection.wrong, differences);
  const line = make("span", { class: "lenet-threshold" });
  const element = make("div", { class: "lenet-trays", "aria-hidden": "true" });
  element.append(line, ...items.map((item) => item.element));
  element.style.aspectRatio = `${BINS} / ${2 * tallest + 1}`;
  const high = 100 / (2 * tallest + 1);

  function update(threshold) {
    line.style.left = `${100 * alongOf(threshold)}%`;
    for (const { element: item, difference, row } of items) {
      const rejected = difference <= threshold;
      item.style.bottom = `${high * (row + (rejected ? 0 : tallest + 1))}%`;
      item.classList.toggle("rejected", rejected);
    }
  }

  const colour = () => items.forEach(({ canvas, image }) => paint(canvas, image, 1));
  return { element, update, colour };
}

/** An element of a drawing. */
function shape(tag, attributes, text = "") {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
  element.textContent = text;
  return element;
}

/** Where a point of the curve stands in a drawing of 300 by 170. */
function placeOf({ rejectedPercent, errorPercent }) {
  return [40 + (250 * rejectedPercent) / ACROSS, 140 - (130 * errorPercent) / UP];
}

/** Error against rejection, with the paper's points and a dot that moves. */
function chartOf(curve, published) {
  const said = "Error among the accepted digits against digits left to a clerk, in percent";
  const svg = shape("svg", { viewBox: "0 0 300 175", role: "img", "aria-label": said });
  svg.append(shape("path", { class: "axis", d: "M40 8V140H292" }));
  for (const percent of [0, 5, 10, 15, 20]) {
    const [x] = placeOf({ rejectedPercent: percent, errorPercent: 0 });
    svg.append(shape("text", { x, y: 154, "text-anchor": "middle" }, percent));
  }
  for (const percent of [1, 2, 3, 4, 5]) {
    const [, y] = placeOf({ rejectedPercent: 0, errorPercent: percent });
    svg.append(shape("text", { x: 34, y: y + 4, "text-anchor": "end" }, percent));
  }
  svg.append(shape("text", { x: 166, y: 170, "text-anchor": "middle" }, "% left to a clerk"));
  svg.append(shape("text", { x: 46, y: 9 }, "% error among the rest"));
  const points = curve.map((point) => placeOf(point).map((x) => x.toFixed(1)).join(","));
  svg.append(shape("polyline", { class: "curve", points: points.join(" ") }));
  for (const [rejectedPercent, errorPercent] of published) {
    const [x, y] = placeOf({ rejectedPercent, errorPercent });
    const mark = { class: "paper", x: x - 4, y: y - 4, width: 8, height: 8 };
    svg.append(shape("rect", { ...mark, transform: `rotate(45 ${x} ${y})` }));
    const side = rejectedPercent ? { x: x - 9, "text-anchor": "end" } : { x: x + 10 };
    svg.append(shape("text", { ...side, y: y + 4 }, "the paper"));
  }
  const dot = shape("circle", { class: "now", r: 5 });
  svg.append(dot);
  const update = (point) => {
    const [cx, cy] = placeOf(point);
    dot.setAttribute("cx", Math.min(290, cx));
    dot.setAttribute("cy", cy);
  };
  return { element: svg, update };
}

/** Fill the place of the form. */
function mountRejection(root, data) {
  const { rejection } = data;
  const bytes = Uint8Array.from(atob(rejection.differences), (letter) => letter.charCodeAt(0));
  const differences = new Float64Array(bytes.buffer);
  const all = digitsOf(data.digits);
  const digits = rejection.digits.map((n) => all[n]);
  const trays = traysOf(digits, rejection, differences);
  const chart = chartOf(curveOf(differences, rejection.wrong, ACROSS), rejection.published);
  const said = make("p", { class: "lenet-sum", role: "status" });
  const slider = make("input", {
    type: "range",
    min: 0,
    max: 1,
    step: 0.005,
    value: 0,
    "aria-label": "Threshold of the difference",
    input: () => update(),
  });

  function update() {
    const threshold = GREATEST * Number(slider.value) ** 2;
    slider.setAttribute("aria-valuetext", threshold.toFixed(2));
    const left = leftAt(differences, rejection.wrong, threshold);
    trays.update(threshold);
    chart.update(left);
    said.textContent =
      `Threshold ${threshold.toFixed(2)}: ${left.rejected} of ${differences.length} digits ` +
      `(${left.rejectedPercent.toFixed(1)} %) go to a clerk; of the other ${left.accepted}, ` +
      `${left.errors} are misread (${left.errorPercent.toFixed(2)} %).`;
  }

  const above = make("p", { text: "Misread, and sent on" });
  const below = make("p", { text: "Misread, but left to a clerk" });
  root.replaceChildren(
    above,
    trays.element,
    below,
    slider,
    make("div", { class: "lenet-rejection" }, said, chart.element),
  );
  trays.colour();
  onTheme(trays.colour);
  update();
}

const PLAYED = JSON.parse(document.getElementById("lenet-played").textContent);
for (const root of document.querySelectorAll('[data-lenet="rejection"]')) {
  mountRejection(root, PLAYED);
}
