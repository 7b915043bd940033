/**
 * "Draw a digit": the entry module of the chapter, and of the small form on the first page.
 *
 * A page holds elements with data-lenet="draw", "small" or "window", and the networks and digits
 * as JSON in <script type="application/json" id="lenet-data">. All of them look at one digit, at
 * first the first of those.
 */
import { deletionPanel } from "./deletion.js";
import { drawingSheet } from "./drawing.js";
import { layersPanel, unitPanel } from "./layers.js";
import { digitsOf, fieldOf, machineOf, microsecondsADigit } from "./machine.js";
import { normalize } from "./normalize.js";
import { outputsPanel, verdictPanel, votesPanel } from "./outputs.js";
import { framed, make, onTheme, paint, pixels, roving } from "./page.js";
import { SHEET_SIDE } from "./pen.js";
import { windowPanel } from "./window.js";

const DATA = JSON.parse(document.getElementById("lenet-data").textContent);

/** What the page shows: the image that was read, and what is pointed at. */
const STATE = {
  machine: machineOf(DATA),
  digits: digitsOf(DATA.digits),
  image: null,
  digit: null,
  reading: null,
  vote: 0,
  at: { layer: 0, map: 0, row: 8, column: 9 },
};
STATE.shown = STATE.machine.shown;

/** Told whenever the image has changed, and with true once a stroke is finished. */
const LISTENERS = [];

/** Told what all networks say, which is asked once the page has shown what one of them says. */
const VOTERS = [];

/** Read an image, or nothing, by the network that is shown, and tell everyone. */
function look(image, digit, finished) {
  STATE.image = image;
  STATE.digit = digit;
  STATE.reading = image && STATE.machine.read(image, [STATE.shown]);
  LISTENERS.forEach((listener) => listener(finished));
  clearTimeout(STATE.vote);
  STATE.vote = setTimeout(() => {
    const all = VOTERS.length && image ? STATE.machine.read(image) : null;
    VOTERS.forEach((listener) => listener(all));
  });
}

/** The units of the network that is shown, or null. */
function shownUnits() {
  return STATE.reading && STATE.reading.units[0];
}

/** A sheet whose ink is read as it flows, once a frame. */
function readSheet() {
  let waiting = false;
  let finished = false;
  let digit = null;
  const sheet = drawingSheet((done) => {
    finished ||= done;
    if (!waiting) {
      waiting = true;
      requestAnimationFrame(read);
    }
  });

  function read() {
    const start = performance.now();
    const image = digit ? digit.image : normalize(sheet.levels(), SHEET_SIDE);
    const done = finished;
    waiting = finished = false;
    look(image, digit, done);
    if (!done) {
      document.documentElement.dataset.lenetFrame = (performance.now() - start).toFixed(2);
    }
  }

  sheet.element.addEventListener("pointerdown", () => (digit = null), { capture: true });
  return {
    ...sheet,
    clear() {
      digit = null;
      sheet.clear();
    },
    undo() {
      digit = null;
      sheet.undo();
    },
    lay(chosen) {
      digit = chosen;
      sheet.show(chosen.image);
    },
  };
}

/** The input plane as an image, its 16 x 16 pixels outlined in it. */
function planePanel() {
  const { height, width } = DATA.architecture.plane;
  const { network } = STATE.machine;
  const canvas = pixels(width, height, { role: "img", "aria-label": "What the network reads" });
  const frame = framed(canvas);
  const place = { top: DATA.architecture.plane.top, left: DATA.architecture.plane.left };
  const image = make("span", { class: "lenet-image" });
  for (const [side, at, whole] of [
    ["top", place.top, height],
    ["left", place.left, width],
    ["height", 16, height],
    ["width", 16, width],
  ]) {
    image.style[side] = `${(100 * at) / whole}%`;
  }
  frame.element.append(image);
  const blank = new Float32Array(256).fill(-1);
  const update = () => paint(canvas, network.planeOf(STATE.image ?? blank), 1);
  return { element: frame.element, outline: frame.outline, update };
}

/** Test digits to choose from: those that all networks read, and those that all misread. */
function digitsPanel(sheet) {
  const canvases = [];
  const row = (said, digits) => {
    const buttons = digits.map((digit, n) => {
      const canvas = pixels(16, 16);
      canvases.push([canvas, digit]);
      const label = `Test digit ${n + 1}, labelled ${digit.label}`;
      const choose = () => sheet.lay(digit);
      return make("button", { type: "button", "aria-label": label, click: choose }, canvas);
    });
    const group = make("div", { class: "lenet-row", role: "group", "aria-label": said }, ...buttons);
    roving(group);
    return make("div", {}, make("p", { text: said }), group);
  };
  const element = make("div", { class: "lenet-digits" });
  const read = STATE.digits.filter(({ misread }) => misread === 0);
  const missed = STATE.digits.filter(({ misread }) => misread > 0);
  element.append(row("From the mail", read), row("Misread by all sixteen networks", missed));
  const update = () => canvases.forEach(([canvas, { image }]) => paint(canvas, image, 1));
  update();
  return { element, update };
}

/** The sheet with its buttons. */
function sheetPanel(sheet, ...more) {
  const button = (text, click) => make("button", { type: "button", click, text });
  return make(
    "div",
    { class: "lenet-drawing" },
    sheet.element,
    make("div", { class: "lenet-tools" }, button("Clear", sheet.clear), ...more),
  );
}

/** The way from the sheet to the verdict that both forms have, and what keeps it up to date. */
function head(sheet, plane, ...tools) {
  const verdict = verdictPanel();
  const outputs = outputsPanel();
  const caption = make("figcaption", { text: "What is read: 16 × 16 pixels, in a wider plane" });
  const read = make("figure", { class: "lenet-plane" }, plane.element, caption);
  const element = make(
    "div",
    { class: "lenet-head" },
    sheetPanel(sheet, ...tools),
    read,
    verdict.element,
    outputs.element,
  );
  const update = (finished) => {
    const chosen = STATE.reading?.verdicts[0];
    plane.update();
    verdict.update(chosen, STATE.digit);
    outputs.update(shownUnits()?.outputs.at(-1), chosen, STATE.machine.thresholds[STATE.shown]);
    if (finished) {
      verdict.say();
    }
  };
  return { element, update };
}

/** The speed of this page beside 1989's, once something has been drawn. */
function speedPanel() {
  const element = make("p", { class: "lenet-speed" });
  let last = 0;
  function update(finished) {
    if (!STATE.image || STATE.digit || !finished || Date.now() - last < 2000) {
      return;
    }
    last = Date.now();
    const microseconds = microsecondsADigit(STATE.machine, STATE.image);
    const second = (1e6 / microseconds).toPrecision(2);
    element.textContent =
      `Measured just now: one network reads this image in ${Math.round(microseconds)} ` +
      `microseconds here, ${Number(second).toLocaleString("en")} a second; the signal processor ` +
      `of 1989 read more than ${DATA.digitsPerSecond} a second.`;
  }
  return { element, update };
}

/** A part of the form with a heading. */
function part(title, ...children) {
  return make("section", {}, make("h2", { class: "lenet-title", text: title }), ...children);
}

/** The whole form, on the chapter's page. */
function mountDraw(root) {
  const { machine } = STATE;
  const sheet = readSheet();
  const undo = make("button", { type: "button", click: sheet.undo, text: "Undo" });
  const plane = planePanel();
  const above = head(sheet, plane, undo);
  const again = (finished) => look(STATE.image, STATE.digit, finished);
  const deletion = deletionPanel(machine, again);
  const layers = layersPanel(machine.network.layers, inspect);
  const unit = unitPanel(machine.network, inspect);
  const votes = votesPanel(machine.seeds, choose);
  const speed = speedPanel();
  const digits = digitsPanel(sheet);

  function showUnit() {
    const { layer, row, column } = STATE.at;
    layers.mark(STATE.at);
    unit.show(STATE.at, machine.parameters[STATE.shown]);
    unit.update(shownUnits(), machine.network.planeOf(STATE.image ?? new Float32Array(256).fill(-1)));
    plane.outline(STATE.image && fieldOf(machine.network.layers, layer, row, column));
  }

  function inspect(at) {
    const layer = machine.network.layers[at.layer];
    const middle = { row: layer.height >> 1, column: layer.width >> 1 };
    STATE.at = { ...middle, ...at };
    showUnit();
  }

  function choose(place) {
    STATE.shown = place;
    again(true);
  }

  function update(finished) {
    const units = shownUnits();
    above.update(finished);
    layers.update(units);
    showUnit();
    speed.update(finished);
  }

  root.append(
    above.element,
    digits.element,
    part("Sixteen networks", votes.element),
    part("Inside the network", deletion.element, layers.element, unit.element),
    speed.element,
  );
  LISTENERS.push(update);
  VOTERS.push((reading) => votes.update(reading, STATE.shown));
  votes.update(null, STATE.shown);
  onTheme(() => {
    digits.update();
    update(false);
  });
  update(false);
  sheet.lay(STATE.digits[0]);
}

/** The small form, on the first page: sheet, image, verdict. */
function mountSmall(root) {
  const sheet = readSheet();
  const above = head(sheet, planePanel());
  root.append(above.element);
  LISTENERS.push(above.update);
  onTheme(() => above.update(false));
  above.update(false);
  sheet.lay(STATE.digits[0]);
}

/** The moving window, which takes the digit that was drawn or, without one, a test digit. */
function mountWindow(root) {
  const { machine, digits } = STATE;
  const panel = windowPanel(machine.network, machine.parameters[machine.shown]);
  const update = () => panel.update(STATE.image ?? digits[0].image);
  root.append(panel.element);
  LISTENERS.push(update);
  onTheme(update);
  update();
}

const FORMS = { draw: mountDraw, small: mountSmall, window: mountWindow };
for (const root of document.querySelectorAll("[data-lenet]")) {
  root.replaceChildren();
  FORMS[root.dataset.lenet](root);
}
