/** The printed digits as reproduction/pages/packed.py puts them into a page. */

import { IMAGE_SIDE } from "./network.js";

const PIXELS = IMAGE_SIDE * IMAGE_SIDE;

/**
 * Unpack digits.
 *
 * @param {{levels: number, counts: Object<string, number>, deflated: string}} packed
 * @returns {Promise<Object<string, {images: Float32Array[], labels: Uint8Array}>>} By part: images
 *   of 256 gray levels from -1 to 1, by rows, and their classes.
 */
export async function unpackedDigits({ levels, counts, deflated }) {
  const bytes = Uint8Array.from(atob(deflated), (letter) => letter.charCodeAt(0));
  const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const content = new Uint8Array(await new Response(inflated).arrayBuffer());
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const grays = Float32Array.from(
    content.subarray(0, all * PIXELS),
    (level) => (2 * level) / (levels - 1) - 1,
  );
  const parts = {};
  let first = 0;
  for (const [name, count] of Object.entries(counts)) {
    const images = Array.from({ length: count }, (_, n) =>
      grays.subarray((first + n) * PIXELS, (first + n + 1) * PIXELS),
    );
    const labels = content.slice(all * PIXELS + first, all * PIXELS + first + count);
    parts[name] = { images, labels };
    first += count;
  }
  return parts;
}
