/**
 * "Learn in the browser": the entry module of the chapter. The page holds an element with
 * data-lenet="learn", and digits, architectures and the usual rates as JSON in
 * <script type="application/json" id="lenet-data">. The worker's text is an element of the page
 * too, for a page from disk may not load it from a file.
 */

import { curvesPanel, ratesPanel } from "./charts.js";
import { networkOf } from "./network.js";
import { make, onTheme } from "./page.js";
import { unpackedDigits } from "./printed-digits.js";
import { drawnPanel, seenPanel } from "./readings.js";
import { settingsPanel } from "./settings.js";
import { weightsPanel } from "./weights.js";

const LEARNING = JSON.parse(document.getElementById("lenet-data").textContent);

/** Paces, in digits a second; 0 is as fast as it goes. */
const PACES = [
  [5, "5 digits a second"],
  [100, "100 digits a second"],
  [0, "as fast as it goes"],
];

/** Milliseconds between two pictures for those who want less motion. */
const CALM = 1000;

/** The training as the worker last told it, with the curves of it and of the one before. */
const TRAINING = { points: [], trials: [], former: [], rates: null, told: null, images: null };

/** Start the worker from its text. */
function startWorker() {
  const text = document.getElementById("learn-worker.js").textContent;
  const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  return new Worker(address);
}

/** Keep what the worker tells. */
function keep(told) {
  if (told.begun) {
    const former = TRAINING.points.length ? TRAINING.points : TRAINING.former;
    Object.assign(TRAINING, { points: [], trials: [], former, rates: null });
  }
  TRAINING.points.push(...told.points);
  TRAINING.trials.push(...told.trials);
  TRAINING.rates = told.rates ?? TRAINING.rates;
  TRAINING.told = told;
}

/** Whether the running error is no better than a guess, a good part of a pass after the start. */
function isLost() {
  const last = TRAINING.points.at(-1);
  return last?.at >= 0.5 && last.error > 0.8;
}

/** How far the training is, in a sentence. */
function farInWords({ passes, next, length, spent }) {
  const trial = TRAINING.trials.at(-1);
  const tried = trial ? ` ${trial.wrong} of ${trial.of} test digits wrong.` : "";
  const took = spent === null ? "" : ` The last pass took ${(spent / 1000).toFixed(1)} s.`;
  const where = next
    ? `Pass ${passes + 1}: ${next} of ${length} digits.`
    : passes
      ? `${passes} ${passes === 1 ? "pass" : "passes"} of ${length} digits.`
      : `Nothing learned yet: ${length} digits wait.`;
  const lost = isLost() ? " It only guesses: begin again with a smaller η." : "";
  return where + tried + took + lost;
}

/** A heading and what belongs to it. */
function part(title, ...children) {
  return make("section", {}, make("p", { class: "lenet-title", text: title }), ...children);
}

/** Build the page's form, and connect it with the worker. */
function build(place) {
  const worker = startWorker();
  const ask = (what, more = {}) => worker.postMessage({ ask: what, ...more });
  const settings = settingsPanel(LEARNING.usual, {
    rule: () => ask("rule", { rule: settings.rule() }),
    anew,
  });
  let network = null;
  let weights = null;
  const curves = curvesPanel();
  const rates = ratesPanel();
  const seen = seenPanel();
  const drawn = drawnPanel(
    (image) => network.forward(TRAINING.told.parameters, image).outputs.at(-1),
  );
  const weightsPlace = make("div", {});
  const far = make("p", { class: "lenet-far" });
  const bar = make("progress", { max: 1, value: 0, "aria-label": "Of this pass" });
  const heard = make("p", { class: "lenet-heard", "aria-live": "polite" });
  const button = (text, click) => make("button", { type: "button", text, click });
  const go = button("Learn", () => ask(TRAINING.told?.running ? "pause" : "run"));
  go.className = "lenet-go";
  const pace = make(
    "select",
    { "aria-label": "Pace", change: () => ask("pace", { pace: Number(pace.value) }) },
    ...PACES.map(([value, text]) => make("option", { value, text })),
  );
  pace.value = "100";

  /** Begin with the first weights of the seed. */
  function anew() {
    const architecture = settings.architecture();
    network = networkOf(LEARNING.architectures[architecture]);
    weights = weightsPanel(network.layers);
    weightsPlace.replaceChildren(weights.element);
    ask("reset", { architecture, seed: settings.seed(), rule: settings.rule() });
  }

  /** Show all as it is now. */
  function show() {
    const { told, images } = TRAINING;
    if (!told) return;
    const number = told.shown.number;
    go.textContent = told.running ? "Pause" : "Learn";
    far.textContent = farInWords(told);
    bar.value = told.next / told.length;
    seen.update(images && number >= 0 ? images[number] : null, told.shown);
    curves.update(TRAINING);
    weights.update(told.parameters);
    rates.update(TRAINING.rates, network.layers);
    drawn.update();
    ask("seen");
  }

  const show1 = paced(show);
  worker.onmessage = ({ data }) => {
    if (data.failed) {
      far.textContent = `This browser cannot learn here (${data.failed}); another one may.`;
      return;
    }
    const [ran, passed] = [TRAINING.told?.running, TRAINING.told?.passes];
    keep(data);
    if (!data.running || data.passes !== passed) heard.textContent = farInWords(data);
    show1(data.running && ran);
  };
  place.replaceChildren(
    settings.element,
    make(
      "section",
      {},
      make(
        "div",
        { class: "lenet-tools" },
        go,
        button("One digit", () => ask("step")),
        button("Begin again", anew),
        pace,
      ),
      bar,
      far,
      heard,
      make("div", { class: "lenet-now" }, seen.element, curves.element),
    ),
    part("Weights", weightsPlace),
    part("Rates", rates.element),
    part("Now draw one", drawn.element),
  );
  ask("begin", { packed: LEARNING.digits, architectures: LEARNING.architectures });
  ask("pace", { pace: Number(pace.value) });
  anew();
  unpackedDigits(LEARNING.digits).then(({ train }) => {
    TRAINING.images = train.images;
    show();
  });
  onTheme(show);
  new ResizeObserver(show).observe(place);
}

/** Make of a function that shows one that does so once a frame, and less often where asked. */
function paced(showing) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let waiting = null;
  let last = -Infinity;
  return (running) => {
    const rest = running && calm.matches ? Math.max(0, last + CALM - performance.now()) : 0;
    if (waiting !== null && rest) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      waiting = null;
      requestAnimationFrame(() => {
        last = performance.now();
        showing();
      });
    }, rest);
  };
}

build(document.querySelector('[data-lenet="learn"]'));
