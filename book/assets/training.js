/** A training that can be stopped after any pattern: passes over digits in their order. */

import { initialParameters } from "./initial-weights.js";
import { answerOf, energyOf, evenly, fanInOf, learnerOf, ratesOf } from "./learning.js";

const RECENT = 100; // patterns over which the running error and energy are means
const POINTS = 50; // of the running curves, a pass

/** The mean of the last numbers that it was given. */
class RunningMean {
  constructor() {
    this.numbers = new Float64Array(RECENT);
    this.count = 0;
  }

  add(number) {
    this.numbers[this.count++ % RECENT] = number;
  }

  get value() {
    const kept = this.numbers.subarray(0, Math.min(this.count, RECENT));
    return kept.reduce((sum, number) => sum + number, 0) / kept.length;
  }
}

/**
 * One network that learns.
 *
 * Its state can be read at any time: `parameters`; `rates` (null before they are known); `passes`,
 * those that are finished; `next`, the pattern of the pass that comes next; `estimating`, whether
 * the curvature has to be estimated first; `shown`, the last pattern, its class and the outputs
 * before the step; `points` of the running curves; `trials`, the errors on the digits that it does
 * not learn from, after every pass.
 */
export class Training {
  /**
   * @param {object} architecture - As for `networkOf`.
   * @param {{train: object, test: object}} digits - As `unpackedDigits` gives them.
   * @param {number} seed
   * @param {{second: boolean, eta: number, mu: number, patterns: number}} rule - `patterns`: how
   *   many the curvature is estimated from, before every pass; as it is first, so it stays.
   */
  constructor(architecture, digits, seed, rule) {
    this.learner = learnerOf(architecture);
    this.digits = digits;
    this.parameters = initialParameters(fanInOf(this.learner.network), seed);
    this.curvature = new Float32Array(this.parameters.length);
    this.served = evenly(digits.train.images.length, rule.patterns);
    this.estimated = 0; // patterns of `served` that the curvature has
    this.passes = 0;
    this.next = 0;
    this.error = new RunningMean();
    this.energy = new RunningMean();
    this.shown = { number: -1, label: -1, outputs: new Float32Array(10) };
    this.points = [];
    this.trials = [];
    this.changeRule(rule);
  }

  /** Take another rule from the next pattern on; with it, another curvature only if need be. */
  changeRule(rule) {
    this.rule = rule;
    this.rates = this.estimating ? null : ratesOf(rule, this.curvature);
  }

  get estimating() {
    return this.rule.second && this.estimated < this.served.length;
  }

  /** Patterns that the digits of a pass are. */
  get length() {
    return this.digits.train.images.length;
  }

  /** Do the least that can be done: one pattern of the estimate, or learn from one pattern. */
  advance() {
    if (this.estimating) this.#estimate();
    else this.#learn();
  }

  /** Learn from the next pattern, whatever it takes. */
  step() {
    while (this.estimating) this.#estimate();
    this.#learn();
  }

  #estimate() {
    if (this.estimated === 0) this.curvature.fill(0);
    const image = this.digits.train.images[this.served[this.estimated++]];
    this.learner.forward(this.parameters, image);
    this.learner.addCurvature(this.parameters, this.curvature);
    if (!this.estimating) {
      this.curvature.forEach((sum, k) => {
        this.curvature[k] = sum / this.served.length;
      });
      this.rates = ratesOf(this.rule, this.curvature);
    }
  }

  #learn() {
    const { images, labels } = this.digits.train;
    const number = this.next++;
    const label = labels[number];
    const outputs = this.learner.learn(this.parameters, this.rates, images[number], label);
    this.shown.outputs.set(outputs);
    this.shown.number = number;
    this.shown.label = label;
    this.error.add(answerOf(outputs) === label ? 0 : 1);
    this.energy.add(energyOf(outputs, label));
    if (this.next % Math.ceil(this.length / POINTS) === 0 || this.next === this.length) {
      const at = this.passes + this.next / this.length;
      this.points.push({ at, error: this.error.value, energy: this.energy.value });
    }
    if (this.next === this.length) this.#endPass();
  }

  #endPass() {
    this.passes++;
    this.next = 0;
    this.estimated = 0;
    const { images, labels } = this.digits.test;
    const wrong = images.filter(
      (image, n) => answerOf(this.learner.forward(this.parameters, image)) !== labels[n],
    );
    this.trials.push({ passes: this.passes, wrong: wrong.length, of: images.length });
  }
}
