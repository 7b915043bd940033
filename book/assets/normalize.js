/**
 * From a scan to the 16 x 16 image that the networks read, step by step as data_prep/normalize.py,
 * whose words say why; here is how, in float64 throughout.
 *
 * Gray levels are a Float64Array or another array of numbers by rows, with the count of columns
 * beside it. Blank scans give null instead of an error.
 */

/** Height and width of the image. */
const SIDE = 16;
/** The constants of data_prep/ink.py and data_prep/normalize.py, by the same names. */
const PAPER = 0.2;
const NOISE = 8;
const CONTRAST = 2 * NOISE;
const SPECK = 0.04;
const STRAIGHT = 1e-4;
const STEPS = 30;

/**
 * Level and spread of the paper: the narrowest band of gray that holds a fifth of the border.
 *
 * @param {ArrayLike<number>} levels
 * @param {number} columns
 * @returns {{paper: number, spread: number}}
 */
export function paperOf(levels, columns) {
  const rows = levels.length / columns;
  const found = [];
  for (let i = 0; i < levels.length; i++) {
    const [row, column] = [Math.floor(i / columns), i % columns];
    if (row === 0 || row === rows - 1 || column === 0 || column === columns - 1) {
      found.push(levels[i]);
    }
  }
  const border = Float64Array.from(found).sort();
  const reach = Math.trunc((PAPER * (border.length - 1)) / 2);
  const widths = border.subarray(2 * reach).map((level, n) => level - border[n]);
  const spread = widths.reduce((a, b) => Math.min(a, b));
  const bands = new Map();
  widths.forEach((width, n) => {
    if (width === spread) {
      const middle = border[n + reach];
      bands.set(middle, (bands.get(middle) ?? 0) + 1);
    }
  });
  const most = Math.max(...bands.values());
  const middles = [...bands.keys()].filter((middle) => bands.get(middle) === most);
  const half = middles.length >> 1; // they are rising, as the border is
  const paper = middles.length % 2 ? middles[half] : (middles[half - 1] + middles[half]) / 2;
  return { paper, spread };
}

/**
 * Ink: 0 on the paper, 1 at its strongest; null where nothing stands out from the paper.
 *
 * @param {ArrayLike<number>} scan
 * @param {number} columns
 * @returns {Float64Array | null}
 */
export function inkOf(scan, columns) {
  const ink = new Float64Array(scan);
  const largest = ink.reduce((most, level) => Math.max(most, Math.abs(level)), 0) || 1;
  for (let i = 0; i < ink.length; i++) {
    ink[i] /= largest;
  }
  const { paper, spread } = paperOf(ink, columns);
  let cubes = 0;
  for (let i = 0; i < ink.length; i++) {
    ink[i] -= paper;
    cubes += ink[i] * ink[i] * ink[i];
  }
  const side = cubes < 0 ? -1 : 1;
  let strongest = -Infinity;
  for (let i = 0; i < ink.length; i++) {
    ink[i] *= side;
    strongest = Math.max(strongest, ink[i]);
  }
  if (strongest <= CONTRAST * spread) {
    return null;
  }
  for (let i = 0; i < ink.length; i++) {
    ink[i] = ink[i] > NOISE * spread ? ink[i] / strongest : 0;
  }
  return ink;
}

/**
 * The box of all ink: what lies around it is paper, and need not be looked at.
 *
 * @param {Float64Array} ink - With some ink.
 * @param {number} columns
 * @returns {{ink: Float64Array, columns: number}} The box alone.
 */
export function boxed(ink, columns) {
  let [top, bottom, left, right] = [Infinity, 0, columns, 0];
  for (let i = 0, row = 0; i < ink.length; row++) {
    for (let column = 0; column < columns; column++, i++) {
      if (ink[i] !== 0) {
        top = Math.min(top, row);
        bottom = row + 1;
        left = Math.min(left, column);
        right = Math.max(right, column + 1);
      }
    }
  }
  const width = right - left;
  const box = new Float64Array((bottom - top) * width);
  for (let row = top; row < bottom; row++) {
    const line = ink.subarray(row * columns + left, row * columns + right);
    box.set(line, (row - top) * width);
  }
  return { ink: box, columns: width };
}

/**
 * Where ink counts for edges and parts.
 *
 * @param {Float64Array} ink - As `boxed` leaves it.
 * @param {number} columns
 * @returns {Uint8Array} 1 where it counts.
 */
function solid(ink, columns) {
  const side = Math.max(columns, ink.length / columns);
  const most = ink.reduce((a, b) => Math.max(a, b), 0);
  const least = most * Math.max(0, (1 - SIDE / side) / 2);
  const found = new Uint8Array(ink.length);
  for (let i = 0; i < ink.length; i++) {
    found[i] = ink[i] > least ? 1 : 0;
  }
  return found;
}

/**
 * Spread from one pixel over all solid ones that touch it, or one another, by a side or a corner.
 *
 * @param {Uint8Array} left - The solid pixels not yet in a part, with an edge of 0 all around; those
 *   of this part are taken away.
 * @param {number} pitch - Its columns.
 * @param {number} start
 * @returns {number[]} The places of the part's pixels.
 */
function partFrom(left, pitch, start) {
  const around = [-pitch - 1, -pitch, -pitch + 1, -1, 1, pitch - 1, pitch, pitch + 1];
  const part = [start];
  left[start] = 0;
  for (let n = 0; n < part.length; n++) {
    for (let k = 0; k < around.length; k++) {
      const near = part[n] + around[k];
      if (left[near]) {
        left[near] = 0;
        part.push(near);
      }
    }
  }
  return part;
}

/** An array of pixels with an edge of 0, one pixel wide, all around. */
function withEdge(values, columns) {
  const found = new values.constructor((values.length / columns + 2) * (columns + 2));
  for (let row = 0; row < values.length / columns; row++) {
    const line = values.subarray(row * columns, (row + 1) * columns);
    found.set(line, (row + 1) * (columns + 2) + 1);
  }
  return found;
}

/**
 * Ink without the separate parts that have under 4 % of it, null where no part is large enough.
 *
 * @param {Float64Array} ink - As `boxed` leaves it.
 * @param {number} columns
 * @returns {{ink: Float64Array, columns: number} | null} With an edge of 0 all around.
 */
export function withoutSpecks(ink, columns) {
  const pitch = columns + 2;
  const edged = withEdge(ink, columns);
  const left = withEdge(solid(ink, columns), columns);
  const parts = [];
  for (let start = 0; start < left.length; start++) {
    if (left[start]) {
      const places = partFrom(left, pitch, start);
      parts.push({ places, amount: places.reduce((sum, place) => sum + edged[place], 0) });
    }
  }
  const least = SPECK * parts.reduce((sum, { amount }) => sum + amount, 0);
  const found = new Float64Array(edged.length);
  let kept = 0;
  for (const { places, amount } of parts) {
    if (amount >= least) {
      kept += 1;
      for (const place of places) {
        for (let row = place - pitch; row <= place + pitch; row += pitch) {
          found[row - 1] = edged[row - 1];
          found[row] = edged[row];
          found[row + 1] = edged[row + 1];
        }
      }
    }
  }
  return kept ? { ink: found, columns: pitch } : null;
}

/**
 * Slant by moments of the ink about its centroid: mu11 / mu02, in columns a row.
 *
 * @param {Float64Array} image
 * @param {number} columns
 * @returns {number} 0 where all ink is in one row.
 */
export function slantOf(image, columns) {
  let [total, sumX, sumY] = [0, 0, 0];
  for (let i = 0; i < image.length; i++) {
    total += image[i];
    sumX += image[i] * (i % columns);
    sumY += image[i] * Math.floor(i / columns);
  }
  let [mu11, mu02] = [0, 0];
  for (let i = 0; i < image.length; i++) {
    const y = Math.floor(i / columns) - sumY / total;
    mu11 += image[i] * ((i % columns) - sumX / total) * y;
    mu02 += image[i] * y * y;
  }
  return mu02 > 0 ? mu11 / mu02 : 0;
}

/** The first solid column and the one beyond the last, of every row that has any. */
function edgesOf(inked, columns) {
  const edges = [];
  for (let row = 0; row < inked.length / columns; row++) {
    const line = inked.subarray(row * columns, (row + 1) * columns);
    if (line.includes(1)) {
      edges.push({ row, first: line.indexOf(1), beyond: line.lastIndexOf(1) + 1 });
    }
  }
  return edges;
}

/** Bounds, 17 of them, of 16 strips about the middle of low and high, cut off at both. */
function strips(low, high, width) {
  const bounds = new Float64Array(SIDE + 1);
  for (let n = 0; n <= SIDE; n++) {
    const bound = (low + high) / 2 + width * (n - SIDE / 2);
    bounds[n] = Math.max(low, Math.min(high, bound));
  }
  return bounds;
}

/** The running sum of a line of pixels: one number more than pixels, from 0. */
function runningSum(line) {
  const running = new Float64Array(line.length + 1);
  for (let n = 0; n < line.length; n++) {
    running[n + 1] = running[n] + line[n];
  }
  return running;
}

/** Amount in each strip, whose bounds are moved by `shift`, from a running sum made linear. */
function amountsIn(running, bounds, shift, found) {
  const last = running.length - 1;
  let before = 0;
  for (let n = 0; n <= SIDE; n++) {
    const at = Math.max(0, Math.min(last, bounds[n] + shift));
    const whole = Math.min(Math.floor(at), last - 1);
    const sum = (running[whole + 1] - running[whole]) * (at - whole) + running[whole];
    if (n) {
      found[n - 1] = sum - before;
    }
    before = sum;
  }
}

/**
 * Make the function that averages ink over 16 x 16 squares, once a slant is undone.
 *
 * @param {Float64Array} ink - As `boxed` leaves it.
 * @param {number} columns
 * @returns {(slant: number) => Float64Array} Mean ink, 16 x 16 by rows.
 */
export function averageOf(ink, columns) {
  const rows = ink.length / columns;
  const edges = edgesOf(solid(ink, columns), columns);
  const [top, bottom] = [edges[0].row, edges.at(-1).row + 1];
  const sums = Array.from({ length: rows }, (_, row) =>
    runningSum(ink.subarray(row * columns, (row + 1) * columns)),
  );
  return (slant) => {
    const left = Math.min(...edges.map(({ row, first }) => first - slant * row));
    const right = Math.max(...edges.map(({ row, beyond }) => beyond - slant * row));
    const square = Math.max(bottom - top, right - left) / SIDE;
    const [across, down] = [strips(left, right, square), strips(top, bottom, square)];
    const within = new Float64Array(rows * SIDE);
    sums.forEach((running, row) => {
      amountsIn(running, across, slant * row, within.subarray(row * SIDE, (row + 1) * SIDE));
    });
    return averagedDown(within, rows, down).map((amount) => amount / square ** 2);
  };
}

/** Amounts in strips of rows, of amounts in strips of columns. */
function averagedDown(within, rows, down) {
  const image = new Float64Array(SIDE * SIDE);
  const amounts = new Float64Array(SIDE);
  const line = new Float64Array(rows);
  for (let column = 0; column < SIDE; column++) {
    for (let row = 0; row < rows; row++) {
      line[row] = within[row * SIDE + column];
    }
    amountsIn(runningSum(line), down, 0, amounts);
    for (let row = 0; row < SIDE; row++) {
      image[row * SIDE + column] = amounts[row];
    }
  }
  return image;
}

/**
 * The 16 x 16 mean ink without slant: sheared until what is left of the slant is nothing.
 *
 * @param {Float64Array} ink - As `boxed` leaves it.
 * @param {number} columns
 * @returns {Float64Array} 16 x 16 by rows.
 */
export function deslanted(ink, columns) {
  const average = averageOf(ink, columns);
  let slant = 0;
  let image;
  for (let step = 0; step < STEPS; step++) {
    image = average(slant);
    const rest = slantOf(image, SIDE);
    if (Math.abs(rest) < STRAIGHT) {
      break;
    }
    slant += rest;
  }
  return image;
}

/**
 * Gray levels from ink: paper -1, the strongest ink 1.
 *
 * @param {Float64Array} image
 * @returns {Float32Array}
 */
export function grayRange(image) {
  const most = image.reduce((a, b) => Math.max(a, b));
  return Float32Array.from(image, (ink) => (2 * ink) / most - 1);
}

/**
 * Bring a scan of one digit to the 16 x 16 image that the networks read.
 *
 * @param {ArrayLike<number>} scan - Gray levels by rows, on any scale, the border showing paper.
 * @param {number} columns
 * @returns {Float32Array | null} 256 gray levels from -1 (paper) to 1 (ink), by rows; null for a
 *   scan that is blank, or blank but for specks.
 */
export function normalize(scan, columns) {
  const ink = inkOf(scan, columns);
  const box = ink && boxed(ink, columns);
  const clean = box && withoutSpecks(box.ink, box.columns);
  const left = clean && boxed(clean.ink, clean.columns);
  return left && grayRange(deslanted(left.ink, left.columns));
}
