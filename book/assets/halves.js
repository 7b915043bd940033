/** Numbers of 16 bits. */

/**
 * IEEE 754 half-precision floats as float32.
 *
 * @param {Uint16Array} halves
 * @returns {Float32Array}
 */
export function fromHalves(halves) {
  return Float32Array.from(halves, (bits) => {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 0x1f;
    const fraction = bits & 0x3ff;
    if (exponent === 0) {
      return sign * fraction * 2 ** -24;
    }
    if (exponent === 31) {
      return fraction ? NaN : sign * Infinity;
    }
    return sign * (1024 + fraction) * 2 ** (exponent - 25);
  });
}
