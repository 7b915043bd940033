/**
 * Strokes of a pen become a scan: a square sheet of gray levels, 0 (paper) to 255 (ink).
 *
 * A stroke is a line of points [x, y] in pixels of the sheet; pixel (row, column) has its middle at
 * (column + 1/2, row + 1/2). The pen is round. A pixel's level is how much of it the pen covers,
 * taken from the distance of its middle to the line: 1 within the pen, falling to 0 over a pixel's
 * width at its edge, in 255ths.
 */

/** Height and width of the sheet, in pixels. */
export const SHEET_SIDE = 96;

/**
 * Half the width of the pen, in pixels: on a digit that takes three quarters of the sheet, its
 * strokes are as wide as the median stroke of the training digits, 2.3 of 16 pixels.
 */
export const PEN_RADIUS = 5;

/**
 * @returns {Uint8Array} An empty sheet, 96 x 96 levels by rows.
 */
export function emptySheet() {
  return new Uint8Array(SHEET_SIDE * SHEET_SIDE);
}

/** Distance of the point (x, y) to the segment from a to b. */
function distanceTo(x, y, [ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const along = length > 0 ? ((x - ax) * dx + (y - ay) * dy) / length : 0;
  const held = Math.max(0, Math.min(1, along));
  const [nearX, nearY] = [ax + held * dx - x, ay + held * dy - y];
  return Math.sqrt(nearX * nearX + nearY * nearY);
}

/**
 * Draw one straight piece of a stroke; what is there already stays.
 *
 * @param {Uint8Array} sheet - 96 x 96 levels, changed in place.
 * @param {[number, number]} from
 * @param {[number, number]} to - The same point for a dot.
 */
export function drawPiece(sheet, from, to) {
  const reach = PEN_RADIUS + 1;
  const low = (a, b) => Math.max(0, Math.floor(Math.min(a, b) - reach));
  const high = (a, b) => Math.min(SHEET_SIDE, Math.ceil(Math.max(a, b) + reach));
  for (let row = low(from[1], to[1]); row < high(from[1], to[1]); row++) {
    for (let column = low(from[0], to[0]); column < high(from[0], to[0]); column++) {
      const distance = distanceTo(column + 0.5, row + 0.5, from, to);
      const covered = Math.max(0, Math.min(1, PEN_RADIUS + 0.5 - distance));
      const level = Math.floor(255 * covered + 0.5);
      const place = row * SHEET_SIDE + column;
      sheet[place] = Math.max(sheet[place], level);
    }
  }
}

/**
 * Draw whole strokes on an empty sheet.
 *
 * @param {[number, number][][]} strokes - A stroke of one point is a dot.
 * @returns {Uint8Array} 96 x 96 levels by rows.
 */
export function sheetOf(strokes) {
  const sheet = emptySheet();
  for (const stroke of strokes) {
    stroke.forEach((point, n) => drawPiece(sheet, stroke[Math.max(0, n - 1)], point));
  }
  return sheet;
}
