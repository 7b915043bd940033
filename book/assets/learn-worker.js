/**
 * The worker of the page "Learn in the browser": a training, slice by slice, beside the page.
 *
 * It is asked {ask: "begin", packed, architectures} first; then {ask: "reset", architecture, seed,
 * rule}, {ask: "rule", rule}, {ask: "pace", pace} (digits a second, 0 for as fast as it goes),
 * {ask: "run"}, {ask: "pause"} and {ask: "step"}. After each it tells how far the training is, and
 * while it runs after every slice too, once the page has {ask: "seen"} what it was told before; or
 * it tells {failed}, why it cannot go on.
 */

import { unpackedDigits } from "./printed-digits.js";
import { Training } from "./training.js";

/** Milliseconds of a slice; between two the worker listens. */
const SLICE = 40;

/** A run pauses by itself after so many passes, those of 1989, and after as many again. */
const REST = 30;

let given; // {digits, architectures}
let training = null;
let running = false;
let pace = 0;
let timer = null;
let told = null; // how many points and trials, and which rates, the page knows
let seen = true; // whether the page has seen what it was told
let spent = 0; // milliseconds of work on this pass
let spentBefore = null; // and on the last whole one

/** Tell the page how far the training is; of its curves and rates, what is new. */
function tell(begun = false) {
  const { parameters, passes, next, length, shown, points, trials, rates } = training;
  postMessage({
    begun,
    running,
    parameters,
    passes,
    next,
    length,
    shown,
    spent: spentBefore,
    points: points.slice(told.points),
    trials: trials.slice(told.trials),
    rates: rates === told.rates ? null : rates,
  });
  told = { points: points.length, trials: trials.length, rates };
  seen = false;
}

/** Do `some`, and count the time. */
function timed(some) {
  const { passes } = training;
  const begin = performance.now();
  some(begin);
  spent += performance.now() - begin;
  if (training.passes > passes) {
    [spentBefore, spent] = [spent, 0];
    running &&= training.passes % REST > 0;
  }
}

/** A slice of a run: as much as it has time for, or as many digits as the pace asks. */
function slice() {
  const { passes } = training;
  timed((begin) => {
    if (pace) {
      const digits = Math.max(1, Math.round((pace * SLICE) / 1000));
      for (let n = 0; n < digits && training.passes === passes; n++) training.step();
    } else {
      while (training.passes === passes && performance.now() - begin < SLICE) training.advance();
    }
  });
}

/** Do a slice, and see to the next. */
function goOn() {
  slice();
  if (seen || !running) tell();
  schedule();
}

/** See to the next slice, if it runs. */
function schedule() {
  clearTimeout(timer);
  if (running) timer = setTimeout(goOn, pace ? Math.max(SLICE, 1000 / pace) : 0);
}

const ANSWERS = {
  async begin({ packed, architectures }) {
    given = { digits: await unpackedDigits(packed), architectures };
  },
  reset({ architecture, seed, rule }) {
    running = false;
    training = new Training(given.architectures[architecture], given.digits, seed, rule);
    told = { points: 0, trials: 0, rates: null };
    [spent, spentBefore] = [0, null];
    tell(true);
  },
  rule({ rule }) {
    training.changeRule(rule);
  },
  pace(asked) {
    pace = asked.pace;
  },
  run() {
    running = true;
  },
  pause() {
    running = false;
  },
  step() {
    running = false;
    timed(() => training.step());
  },
};

let before = Promise.resolve(); // what is asked is answered in its order, while digits unpack too

/** Answer what the page asks. */
async function answer(asked) {
  if (asked.ask === "seen") {
    seen = true;
    return;
  }
  try {
    await ANSWERS[asked.ask](asked);
    if (training) tell();
    schedule();
  } catch (problem) {
    postMessage({ failed: String(problem) });
  }
}

onmessage = ({ data }) => {
  before = before.then(() => answer(data));
};
