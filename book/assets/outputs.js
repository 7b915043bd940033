/** The ten outputs, the verdict, and the votes of all networks. */
import { FULL } from "./layers.js";
import { make, roving, signed } from "./page.js";
import { digitInWords, DIGIT_WORDS, votesFor } from "./verdict.js";

/** How far up a value stands, in percent. */
function heightOf(value) {
  return 50 + (50 * Math.max(-FULL, Math.min(FULL, value))) / FULL;
}

/**
 * Make the ten outputs as bars from 0, with the two thresholds as lines.
 *
 * @returns {{element: HTMLElement, update: (outputs: ArrayLike<number>|null, verdict: object|null,
 *   thresholds: object) => void}}
 */
export function outputsPanel() {
  const columns = DIGIT_WORDS.map((word, digit) => {
    const bar = make("i", {});
    const value = make("small", {});
    const well = make("span", { class: "lenet-well" }, bar);
    return { bar, value, item: make("li", {}, well, make("b", { text: digit }), value) };
  });
  const lines = { top: make("s", { class: "top" }), second: make("s", { class: "second" }) };
  const list = make(
    "ol",
    { class: "lenet-bars", "aria-label": "The ten outputs" },
    ...columns.map(({ item }) => item),
  );
  const key = make("p", { class: "lenet-key" });
  const across = make("div", { class: "lenet-lines" }, ...Object.values(lines));
  const chart = make("div", { class: "lenet-chart" }, list, across);
  const element = make("div", { class: "lenet-outputs" }, chart, key);

  function update(outputs, verdict, thresholds) {
    columns.forEach(({ bar, value, item }, digit) => {
      const y = outputs ? outputs[digit] : 0;
      const [low, high] = [Math.min(0, y), Math.max(0, y)].map(heightOf);
      bar.style.bottom = `${low}%`;
      bar.style.height = `${high - low}%`;
      value.textContent = outputs ? signed(y, 1) : "";
      item.classList.toggle("answer", verdict?.answer === digit);
    });
    for (const [name, line] of Object.entries(lines)) {
      line.hidden = thresholds[name] === null;
      line.style.bottom = `${heightOf(thresholds[name] ?? 0)}%`;
    }
    key.textContent = conditionsOf(thresholds);
  }

  return { element, update };
}

/** The conditions of acceptance in a sentence. */
function conditionsOf({ top, second, difference }) {
  const parts = [
    top === null ? "" : `the highest output is above ${signed(top)}`,
    second === null ? "" : `the second is below ${signed(second)}`,
    difference === null ? "" : `the gap between the two highest is above ${difference.toFixed(2)}`,
  ].filter(Boolean);
  const last = parts.pop();
  return last ? `Accepted if ${parts.length ? `${parts.join(", ")} and ` : ""}${last}.` : "";
}

/** Why a verdict is not accepted. */
function doubtOf({ holds, top, second, difference }) {
  if (!holds.top) {
    return `the highest output is only ${signed(top)}`;
  }
  if (!holds.second) {
    return `the second output is as high as ${signed(second)}`;
  }
  return `the two highest outputs differ by only ${difference.toFixed(2)}`;
}

/**
 * Make the verdict: what the shown network says, in words.
 *
 * @returns {{element: HTMLElement, update: (verdict: object|null, digit: object|null) => void,
 *   say: () => void}} `say` lets screen readers hear what now stands there.
 */
export function verdictPanel() {
  const word = make("p", { class: "lenet-word" });
  const why = make("p", { class: "lenet-why" });
  const truth = make("p", { class: "lenet-truth" });
  const heard = make("p", { class: "lenet-heard", "aria-live": "polite" });
  const seen = make("div", {}, word, why, truth);
  const element = make("div", { class: "lenet-verdict" }, seen, heard);

  function update(verdict, digit) {
    element.dataset.state = !verdict ? "empty" : verdict.accepted ? "accepted" : "rejected";
    truth.textContent = digit ? labelOf(digit) : "";
    if (!verdict) {
      word.textContent = "nothing yet";
      why.textContent = "Draw a digit on the sheet.";
    } else if (verdict.accepted) {
      word.textContent = digitInWords(verdict.answer);
      why.textContent = `Output ${signed(verdict.top)}, the next ${signed(verdict.second)}.`;
    } else {
      word.textContent = "left to a clerk";
      why.textContent = `Perhaps ${digitInWords(verdict.answer)}, but ${doubtOf(verdict)}.`;
    }
  }

  function say() {
    const parts = [word.textContent, why.textContent, truth.textContent];
    heard.textContent = parts.filter(Boolean).join(". ");
  }

  return { element, update, say };
}

/** What a test digit shows, and how many networks misread it. */
function labelOf({ label, misread }) {
  const who = misread === 0 ? "no network misreads it" : `${misread} of 16 networks misread it`;
  return `From the mail, labelled ${DIGIT_WORDS[label]}; ${who}.`;
}

/**
 * Make the votes: a button a network, which shows its answer and chooses it.
 *
 * @param {number[]} seeds
 * @param {(place: number) => void} choose
 * @returns {{element: HTMLElement, update: (reading: object|null, shown: number) => void}}
 */
export function votesPanel(seeds, choose) {
  const buttons = seeds.map((seed, place) =>
    make("button", { type: "button", click: () => choose(place) }),
  );
  const group = make(
    "div",
    { class: "lenet-networks", role: "group", "aria-label": "Networks" },
    ...buttons,
  );
  roving(group);
  const together = make("p", { class: "lenet-together" });
  const element = make("div", { class: "lenet-votes" }, group, together);

  function update(reading, shown) {
    buttons.forEach((button, place) => {
      const verdict = reading?.verdicts[place];
      const says = verdict
        ? `says ${DIGIT_WORDS[verdict.answer]}${verdict.accepted ? "" : ", unsure"}`
        : "waits";
      button.textContent = verdict ? verdict.answer : "·";
      button.classList.toggle("unsure", Boolean(verdict && !verdict.accepted));
      button.setAttribute("aria-pressed", place === shown);
      button.setAttribute("aria-label", `Network ${place + 1} ${says}`);
      button.title = `Network ${place + 1} (seed ${seeds[place]}) ${says}`;
    });
    together.textContent = reading ? togetherOf(reading) : "";
  }

  return { element, update };
}

/** The votes and the committee's verdict in a sentence. */
function togetherOf({ verdicts, committee }) {
  const votes = votesFor(verdicts.map(({ answer }) => answer));
  const counted = votes.map(({ digit, votes: n }) => `${n} for ${DIGIT_WORDS[digit]}`).join(", ");
  const unsure = verdicts.filter(({ accepted }) => !accepted).length;
  const verdict = committee.accepted
    ? digitInWords(committee.answer)
    : `left to a clerk (perhaps ${digitInWords(committee.answer)})`;
  return (
    `${counted}${unsure ? `; ${unsure} unsure` : ""}. ` +
    `Their mean, as one committee: ${verdict}.`
  );
}
