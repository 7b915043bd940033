/** What a reader can choose of a training: rule, mu, eta, what H3 reads, seed, pace. */

import { choice, make } from "./page.js";

/** Numbers evenly apart by ratio, ten a decade, and round: those that a rate is chosen from. */
const ROUND = [1, 1.25, 1.6, 2, 2.5, 3.2, 4, 5, 6.3, 8];

/** What a place on a slider stands for. */
function numberAt(place) {
  const decade = Math.floor(place / ROUND.length);
  return Number(`${ROUND[place - decade * ROUND.length]}e${decade}`);
}

/** The place of a number on a slider, or the nearest. */
function placeOf(number) {
  const decade = Math.floor(Math.log10(number));
  const places = ROUND.map((_, n) => decade * ROUND.length + n);
  const far = (place) => Math.abs(Math.log(numberAt(place) / number));
  return places.reduce((best, place) => (far(place) < far(best) ? place : best));
}

/** A slider of round numbers, with its value beside it. */
function slider(id, name, [low, high], changed) {
  const value = make("output", { for: id });
  const input = make("input", {
    type: "range",
    id,
    min: placeOf(low),
    max: placeOf(high),
    step: 1,
    input: () => {
      show();
      changed();
    },
  });
  const label = make("label", { for: id, text: name });
  const element = make("div", { class: "lenet-slider" }, label, input, value);

  function show() {
    const text = String(numberAt(Number(input.value)));
    value.textContent = text;
    input.setAttribute("aria-valuetext", text);
  }

  return {
    element,
    input,
    value: () => numberAt(Number(input.value)),
    set(number) {
      input.value = placeOf(number);
      show();
    },
  };
}

/**
 * Make the settings of a training.
 *
 * @param {{second: {eta: number, mu: number, patterns: number}, plain: {eta: number}}} usual - What
 *   the rules of the book are set to.
 * @param {{rule: () => void, anew: () => void}} told - Called when another rule, eta or mu is
 *   chosen, and when the training has to begin anew.
 * @returns {{element: HTMLElement, rule: () => object, architecture: () => string,
 *   seed: () => number}}
 */
export function settingsPanel(usual, told) {
  const rule = choice(
    "Rule",
    [
      ["second", "second-order"],
      ["plain", "plain descent"],
    ],
    () => {
      takeUsual();
      told.rule();
    },
  );
  const table = choice(
    "H3 reads",
    [
      ["LENET1", "Table 1: 20 of 48"],
      ["DENSE", "all maps of H2"],
    ],
    told.anew,
  );
  const eta = slider("lenet-eta", "η", [1e-5, 1], told.rule);
  const mu = slider("lenet-mu", "μ", [1e-3, 1], told.rule);
  const number = make("input", {
    type: "number",
    id: "lenet-seed",
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    step: 1,
    value: 0,
    change: () => {
      number.value = seed();
      told.anew();
    },
  });
  const seeds = make("div", {}, make("label", { for: number.id, text: "Seed" }), number);
  const element = make(
    "fieldset",
    { class: "lenet-settings" },
    make("legend", { text: "What learns, and how", class: "lenet-title" }),
    make("div", { class: "lenet-choices" }, rule.element, table.element, seeds),
    make("div", { class: "lenet-choices lenet-rates-of" }, eta.element, mu.element),
  );
  takeUsual();

  /** Set eta and mu to what the book has for the rule. */
  function takeUsual() {
    eta.set(usual[rule.value()].eta);
    mu.set(usual.second.mu);
    mu.input.disabled = rule.value() === "plain";
  }

  /** The seed that stands there, made whole and held within what a seed may be. */
  function seed() {
    const asked = Math.trunc(Number(number.value)) || 0;
    return Math.max(0, Math.min(Number.MAX_SAFE_INTEGER, asked));
  }

  return {
    element,
    rule: () => ({
      second: rule.value() === "second",
      eta: eta.value(),
      mu: mu.value(),
      patterns: usual.second.patterns,
    }),
    architecture: table.value,
    seed,
  };
}
