/**
 * "Can you beat 1989?": the digits that half of the networks misread, as a quiz.
 *
 * The page holds an element with data-lenet="quiz", and what reproduction/pages/played.py packs as
 * JSON in <script type="application/json" id="lenet-played">.
 */
import { digitsOf } from "./machine.js";
import { make, onTheme, paint, pixels, roving } from "./page.js";
import { rateOf, scoreOf } from "./scoring.js";
import { DIGIT_WORDS } from "./verdict.js";

const GAME = JSON.parse(document.getElementById("lenet-played").textContent);

/** Blame that a reader can put on a digit, as the paper does. */
const FAULTS = { label: "Wrong label", cut: "Badly cut" };

/** The digits of the quiz, in an order of their own for each visit. */
function shuffled(digits) {
  const found = [...digits];
  for (let n = found.length - 1; n > 0; n--) {
    const other = Math.floor(Math.random() * (n + 1));
    [found[n], found[other]] = [found[other], found[n]];
  }
  return found;
}

/** What the label and the networks say, once the reader has answered. */
function truthOf(digit, answer) {
  const { label, misread, said } = digit;
  const yours = answer === label ? "as you do" : `and you ${DIGIT_WORDS[answer]}`;
  return (
    `The label says ${DIGIT_WORDS[label]}, ${yours}. ` +
    `${misread} of ${GAME.networks} networks misread it, most often as ${DIGIT_WORDS[said]}.`
  );
}

/** The score in sentences. */
function scoreInWords(digits, answers) {
  if (!answers.length) {
    return `${digits.length} digits, each misread by at least half of the networks.`;
  }
  const seen = digits.slice(0, answers.length);
  const { right, networksRight, count } = scoreOf(seen, answers, GAME.networks);
  const rate = rateOf(count - right, count, digits.length, GAME.total);
  return (
    `You: ${right} of ${count} right; a network, in the mean: ${networksRight.toFixed(1)}. ` +
    `If you read all the easier digits rightly, you err on about ${rate.toFixed(1)} % of all; ` +
    `the networks on ${GAME.errorPercent.toFixed(1)} %, people in a study on about ` +
    `${GAME.humans} %.`
  );
}

/** What the reader has blamed so far, beside the paper. */
function blameInWords(blamed) {
  const count = (fault) => [...blamed.values()].filter((faults) => faults.has(fault)).length;
  if (!blamed.size) {
    return "";
  }
  return (
    `You found ${count("label")} wrongly labelled and ${count("cut")} badly cut. The paper says ` +
    `so of about ${GAME.wronglyLabelled} % and ${GAME.badlyCut} % of its errors.`
  );
}

/** Fill the place of the form. */
function mountQuiz(root) {
  const all = digitsOf(GAME.digits).map((digit, n) => ({ ...digit, said: GAME.digits.said[n] }));
  const digits = shuffled(GAME.quiz.map((n) => all[n]));
  const answers = [];
  const blamed = new Map();
  const canvas = pixels(16, 16, { role: "img", "aria-label": "A digit to read" });
  const question = make("p", { class: "lenet-word" });
  const truth = make("p", { role: "status" });
  const score = make("p", {});
  const blame = make("p", {});
  const keys = DIGIT_WORDS.map((word, digit) =>
    make("button", { type: "button", text: digit, "aria-label": word, click: () => answer(digit) }),
  );
  const faults = Object.entries(FAULTS).map(([name, text]) =>
    make("button", { type: "button", text, click: () => accuse(name) }),
  );
  const next = make("button", { type: "button", text: "Next digit", click: () => ask(true) });
  const row = make("div", { class: "lenet-keys", role: "group", "aria-label": "It is a" }, ...keys);
  const after = make("div", { class: "lenet-tools" }, next, ...faults);
  let answered = false;
  roving(row);

  function ask(byHand) {
    answered = false;
    const over = answers.length === digits.length;
    question.textContent = over ? "That was all." : "What is it?";
    truth.textContent = "";
    after.hidden = true;
    keys.forEach((key) => {
      key.disabled = over;
      key.classList.remove("right", "wrong");
    });
    if (!over) {
      paint(canvas, digits[answers.length].image, 1);
    }
    if (byHand && !over) {
      keys.find((key) => key.tabIndex === 0).focus();
    }
    tell();
  }

  function answer(given) {
    if (answered) {
      return;
    }
    answered = true;
    const digit = digits[answers.length];
    answers.push(given);
    question.textContent = given === digit.label ? "Right." : "The label says otherwise.";
    truth.textContent = truthOf(digit, given);
    keys[given].classList.add(given === digit.label ? "right" : "wrong");
    keys[digit.label].classList.add("right");
    faults.forEach((button) => button.setAttribute("aria-pressed", "false"));
    after.hidden = false;
    next.focus({ preventScroll: true });
    tell();
  }

  function accuse(fault) {
    const digit = digits[answers.length - 1];
    const found = blamed.get(digit) ?? new Set();
    if (!found.delete(fault)) {
      found.add(fault);
    }
    blamed.set(digit, found);
    Object.keys(FAULTS).forEach((name, n) => {
      faults[n].setAttribute("aria-pressed", found.has(name));
    });
    tell();
  }

  function tell() {
    score.textContent = scoreInWords(digits, answers);
    blame.textContent = blameInWords(blamed);
  }

  root.addEventListener("keydown", (event) => {
    if (/^[0-9]$/.test(event.key) && answers.length < digits.length) {
      answer(Number(event.key));
    }
  });
  const image = make("div", { class: "lenet-framed" }, canvas);
  root.replaceChildren(
    make("div", { class: "lenet-quiz" }, image, make("div", {}, question, row, truth, after)),
    score,
    blame,
  );
  onTheme(() => {
    const shown = digits[Math.max(0, answers.length - (answered ? 1 : 0))] ?? digits.at(-1);
    paint(canvas, shown.image, 1);
  });
  ask(false);
}

document.querySelectorAll('[data-lenet="quiz"]').forEach(mountQuiz);
