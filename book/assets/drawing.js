/** A sheet to draw on by mouse, finger or pen. */
import { make, onTheme } from "./page.js";
import { drawPiece, emptySheet, PEN_RADIUS, SHEET_SIDE, sheetOf } from "./pen.js";
import { IMAGE_SIDE } from "./network.js";

/**
 * Make a sheet to draw on.
 *
 * @param {(finished: boolean) => void} changed - Told when ink has changed; with true at the end
 *   of a stroke, and after whatever is done at once.
 * @returns {{element: HTMLCanvasElement, levels: () => Uint8Array, strokes: () => number[][][],
 *   clear: () => void, undo: () => void, show: (image: Float32Array) => void}} `show` lays an
 *   image on the sheet instead of strokes; the next stroke begins a new sheet.
 */
export function drawingSheet(changed) {
  const element = make("canvas", {
    class: "lenet-sheet",
    role: "img",
    "aria-label": "Sheet to draw a digit on, with a mouse, a finger or a pen",
  });
  let strokes = [];
  let levels = emptySheet();
  let shown = null;
  let pointer = null;

  function pointOf(event) {
    const box = element.getBoundingClientRect();
    const scale = SHEET_SIDE / box.width;
    return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
  }

  function extend(event) {
    const stroke = strokes.at(-1);
    const point = pointOf(event);
    const last = stroke.at(-1) ?? point;
    if (stroke.length && Math.hypot(point[0] - last[0], point[1] - last[1]) < 0.5) {
      return;
    }
    stroke.push(point);
    drawPiece(levels, last, point);
    trace(element, [last, point]);
  }

  function redraw() {
    fit(element);
    if (shown) {
      layImage(element, shown);
    }
    strokes.forEach((stroke) => trace(element, stroke));
  }

  function replace(next, image = null) {
    strokes = next;
    shown = image;
    pointer = null;
    levels = sheetOf(strokes);
    redraw();
    changed(true);
  }

  function begin(event) {
    if (pointer !== null || event.button > 0) {
      return;
    }
    event.preventDefault();
    if (shown) {
      replace([]);
    }
    pointer = event.pointerId;
    element.setPointerCapture(pointer);
    strokes.push([]);
    extend(event);
    changed(false);
  }

  function move(event) {
    if (event.pointerId !== pointer) {
      return;
    }
    const passed = event.getCoalescedEvents?.() ?? [];
    (passed.length ? passed : [event]).forEach(extend);
    changed(false);
  }

  function end(event) {
    if (pointer !== null && (event.pointerId ?? pointer) === pointer) {
      pointer = null;
      changed(true);
    }
  }

  element.addEventListener("pointerdown", begin);
  element.addEventListener("pointermove", move);
  for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) {
    element.addEventListener(name, end);
  }
  window.addEventListener("blur", end);
  new ResizeObserver(redraw).observe(element);
  onTheme(redraw);
  return {
    element,
    levels: () => levels,
    strokes: () => strokes,
    clear: () => replace([]),
    undo: () => replace(strokes.slice(0, -1)),
    show: (image) => replace([], image),
  };
}

/** Give a sheet the pixels of its place on the screen, all of them paper. */
function fit(element) {
  const side = Math.round(element.clientWidth * (window.devicePixelRatio || 1));
  element.width = element.height = side || 1;
}

/** The colour of ink in the page's theme. */
function inkColour() {
  return getComputedStyle(document.documentElement).getPropertyValue("--lenet-ink");
}

/** Draw a line of points as the pen does. */
function trace(element, points) {
  const context = element.getContext("2d");
  const scale = element.width / SHEET_SIDE;
  context.lineWidth = 2 * PEN_RADIUS * scale;
  context.lineCap = context.lineJoin = "round";
  context.strokeStyle = inkColour();
  context.beginPath();
  points.forEach(([x, y], n) => {
    context[n ? "lineTo" : "moveTo"](x * scale, y * scale);
  });
  const [x, y] = points.at(-1);
  context.lineTo(x * scale, y * scale);
  context.stroke();
}

/** Lay a 16 x 16 image on three quarters of a sheet. */
function layImage(element, image) {
  const context = element.getContext("2d");
  const square = Math.max(1, Math.round((0.75 * element.width) / IMAGE_SIDE));
  const edge = Math.round((element.width - square * IMAGE_SIDE) / 2);
  context.fillStyle = inkColour();
  image.forEach((level, i) => {
    context.globalAlpha = (level + 1) / 2;
    const [row, column] = [Math.floor(i / IMAGE_SIDE), i % IMAGE_SIDE];
    context.fillRect(edge + column * square, edge + row * square, square, square);
  });
  context.globalAlpha = 1;
}
