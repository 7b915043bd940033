/** What the components of a page are made of: elements, colours, small images, keys. */

/**
 * Make an element.
 *
 * @param {string} tag
 * @param {object} [properties] - Attributes by name; "text" is its text, functions are listeners.
 * @param {...(Node|string)} children
 * @returns {HTMLElement}
 */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") {
      element.addEventListener(name, value);
    } else if (name === "text") {
      element.textContent = value;
    } else if (value !== undefined) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children);
  return element;
}

/**
 * Make a choice between a few, one of which is always taken.
 *
 * @param {string} name
 * @param {[string, string][]} options - What is chosen, and how it is called.
 * @param {() => void} changed
 * @returns {{element: HTMLElement, value: () => string}}
 */
export function choice(name, options, changed) {
  const select = make(
    "select",
    { id: `lenet-${name.split(" ")[0].toLowerCase()}`, change: changed },
    ...options.map(([value, text]) => make("option", { value, text })),
  );
  const label = make("label", { for: select.id, text: name });
  return { element: make("div", {}, label, select), value: () => select.value };
}

/**
 * Let the arrow keys, Home and End move between the buttons of a group; Tab goes past it.
 *
 * @param {HTMLElement} group - Holds buttons, now or later.
 */
export function roving(group) {
  const buttons = () => [...group.querySelectorAll("button")];
  const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  const only = (chosen) => {
    buttons().forEach((button) => (button.tabIndex = button === chosen ? 0 : -1));
  };
  only(buttons()[0]);
  group.addEventListener("focusin", (event) => only(event.target.closest("button")));
  group.addEventListener("keydown", (event) => {
    const all = buttons();
    const now = all.indexOf(document.activeElement);
    let next = now + (steps[event.key] ?? 0);
    next = event.key === "Home" ? 0 : event.key === "End" ? all.length - 1 : next;
    if (next !== now && now >= 0) {
      event.preventDefault();
      all[(next + all.length) % all.length].focus();
    }
  });
}

/** A colour of the style sheet as [red, green, blue]. */
function colourOf(name) {
  const text = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  return [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));
}

/** 256 colours from the first to the last of some, as the bytes of an image want them. */
function rampOf(names) {
  const colours = names.map(colourOf);
  return Uint32Array.from({ length: 256 }, (_, n) => {
    const at = (n / 255) * (colours.length - 1);
    const low = Math.min(Math.floor(at), colours.length - 2);
    const mixed = colours[low].map((a, k) => a + (colours[low + 1][k] - a) * (at - low));
    const [red, green, blue] = mixed.map(Math.round);
    return (255 << 24) | (blue << 16) | (green << 8) | red;
  });
}

/** The ramps of the page's theme: paper to ink, and negative over paper to positive. */
const RAMPS = { grays: null, signs: null };

/** Take the ramps anew, as at the start and when the theme changes. */
function takeRamps() {
  RAMPS.grays = rampOf(["--lenet-paper", "--lenet-ink"]);
  RAMPS.signs = rampOf(["--lenet-negative", "--lenet-paper", "--lenet-positive"]);
}

/**
 * Call a function whenever the page's theme changes.
 *
 * @param {() => void} changed
 */
export function onTheme(changed) {
  const again = () => {
    takeRamps();
    changed();
  };
  const watcher = new MutationObserver(again);
  watcher.observe(document.documentElement, { attributeFilter: ["data-theme"] });
}

/**
 * Make a canvas of few pixels, each of which is one number.
 *
 * @param {number} width
 * @param {number} height
 * @param {object} [properties] - Of the element.
 * @returns {HTMLCanvasElement}
 */
export function pixels(width, height, properties = { "aria-hidden": "true" }) {
  const canvas = make("canvas", { width, height, ...properties });
  canvas.classList.add("lenet-pixels");
  return canvas;
}

/**
 * Paint numbers on such a canvas.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} values - By rows; NaN leaves a pixel clear.
 * @param {number} full - The value of the last colour; the first stands for -full.
 * @param {"grays"|"signs"} ramp - Paper to ink, or negative over paper to positive.
 */
export function paint(canvas, values, full, ramp = "grays") {
  if (!RAMPS[ramp]) {
    takeRamps();
  }
  const colours = RAMPS[ramp];
  const context = canvas.getContext("2d");
  const image = (canvas.image ??= context.createImageData(canvas.width, canvas.height));
  const words = (canvas.words ??= new Uint32Array(image.data.buffer));
  for (let i = 0; i < words.length; i++) {
    const share = (values[i] / full + 1) / 2;
    const place = Math.round(255 * Math.max(0, Math.min(1, share)));
    words[i] = Number.isNaN(values[i]) ? 0 : colours[place];
  }
  context.putImageData(image, 0, 0);
}

/**
 * @param {number} value
 * @param {number} [decimals]
 * @returns {string} With its sign, and a true minus.
 */
export function signed(value, decimals = 2) {
  const size = Math.abs(value).toFixed(decimals);
  return `${value < 0 && Number(size) ? "−" : "+"}${size}`;
}

/**
 * Put a canvas into a frame on which a field can be outlined.
 *
 * @param {HTMLCanvasElement} canvas
 * @returns {{element: HTMLElement, outline: (field: object|null) => void}} `outline` takes top,
 *   left, height and width in pixels of the canvas; null hides it.
 */
export function framed(canvas) {
  const mark = make("span", { class: "lenet-field", hidden: "" });
  const element = make("span", { class: "lenet-framed" }, canvas, mark);
  const percent = (part, whole) => `${(100 * part) / whole}%`;
  return {
    element,
    outline(field) {
      mark.hidden = !field;
      if (field) {
        mark.style.left = percent(field.left, canvas.width);
        mark.style.width = percent(field.width, canvas.width);
        mark.style.top = percent(field.top, canvas.height);
        mark.style.height = percent(field.height, canvas.height);
      }
    },
  };
}
