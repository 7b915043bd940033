/** What a network that learns says to two digits: the one learned from last, and one drawn. */

import { drawingSheet } from "./drawing.js";
import { normalize } from "./normalize.js";
import { outputsPanel } from "./outputs.js";
import { make, paint, pixels, signed } from "./page.js";
import { SHEET_SIDE } from "./pen.js";
import { DIGIT_WORDS, digitInWords, verdictOf } from "./verdict.js";

/** Nothing is rejected here. */
const NO_THRESHOLDS = { top: null, second: null, difference: null };

/** An empty image. */
const BLANK = new Float32Array(256).fill(-1);

/** Show an image and its outputs; the verdict on them, or null where there is nothing to read. */
function showReading(image, outputs, input, found) {
  const verdict = input && verdictOf(found, NO_THRESHOLDS);
  paint(image, input ?? BLANK, 1);
  outputs.update(input ? found : null, verdict, NO_THRESHOLDS);
  return verdict;
}

/**
 * Make the view of the digit that was learned from last, and of the outputs before the step.
 *
 * @returns {{element: HTMLElement, update: (image: Float32Array|null, shown: object|null) => void}}
 *   `shown`: class and outputs, as a `Training` has them.
 */
export function seenPanel() {
  const image = pixels(16, 16, { role: "img", "aria-label": "The digit learned from last" });
  const outputs = outputsPanel();
  const said = make("figcaption", {});
  const figure = make("figure", {}, image, said);
  const element = make("div", { class: "lenet-seen" }, figure, outputs.element);

  function update(input, shown) {
    const verdict = showReading(image, outputs, input, shown?.outputs);
    if (!verdict) {
      said.textContent = "Nothing yet.";
      return;
    }
    const right = verdict.answer === shown.label;
    const truth = right ? "It is." : `It is ${digitInWords(shown.label)}.`;
    said.textContent = `Read as ${digitInWords(verdict.answer)}. ${truth}`;
    element.dataset.state = right ? "right" : "wrong";
  }

  return { element, update };
}

/**
 * Make a sheet to draw a digit on, which the network reads as it now is.
 *
 * @param {(image: Float32Array) => Float32Array} read - The outputs for an image.
 * @returns {{element: HTMLElement, update: () => void}} `update` reads the digit once more.
 */
export function drawnPanel(read) {
  const image = pixels(16, 16, { role: "img", "aria-label": "The 16 by 16 image that is read" });
  const outputs = outputsPanel();
  const word = make("p", { class: "lenet-word" });
  const why = make("p", {});
  const heard = make("p", { class: "lenet-heard", "aria-live": "polite" });
  const verdictOfIt = make("div", { class: "lenet-verdict" }, word, why, heard);
  let input = null;
  const sheet = drawingSheet((finished) => {
    input = normalize(sheet.levels(), SHEET_SIDE);
    update();
    if (finished) heard.textContent = `${word.textContent}. ${why.textContent}`;
  });
  const button = (text, click) => make("button", { type: "button", text, click });
  const tools = make(
    "div",
    { class: "lenet-tools" },
    button("Undo", sheet.undo),
    button("Clear", sheet.clear),
  );
  const element = make(
    "div",
    { class: "lenet-drawn" },
    make("div", {}, sheet.element, tools),
    make("figure", {}, image, make("figcaption", { text: "What it reads" })),
    verdictOfIt,
    outputs.element,
  );

  function update() {
    const verdict = showReading(image, outputs, input, input && read(input));
    verdictOfIt.dataset.state = verdict ? "accepted" : "empty";
    word.textContent = verdict ? digitInWords(verdict.answer) : "nothing yet";
    why.textContent = verdict
      ? `Output ${signed(verdict.top)}, the next ${signed(verdict.second)}.`
      : `Draw a digit, ${DIGIT_WORDS[0]} to ${DIGIT_WORDS[9]}.`;
  }

  update();
  return { element, update };
}
