/* The first weights: drawn from a seed as the engine draws them (reproduction/network/
   initial_weights.py), bit for bit: the raw bits of PCG-64, seeded by numpy's SeedSequence. */

const LOW_64 = (1n << 64n) - 1n;
const LOW_128 = (1n << 128n) - 1n;
const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;
const POOL = 4; // words of 32 bits that a seed is mixed into
const WIDTH = 2.4; // first weights are uniform in +-2.4 / F (Neural Computation 1989)

/** A multiplicative hash of 32-bit words, whose factor changes with every word. */
function hashOf(start, factor) {
  let constant = start;
  return (word) => {
    const mixed = word ^ constant;
    constant = Math.imul(constant, factor);
    const hashed = Math.imul(mixed, constant);
    return hashed ^ (hashed >>> 16);
  };
}

/** Words of 32 bits from a seed, a whole number from 0: numpy's SeedSequence. */
function wordsOf(seed, count) {
  const entropy = [];
  for (let rest = BigInt(seed); rest > 0n || entropy.length === 0; rest >>= 32n) {
    entropy.push(Number(rest & 0xffffffffn));
  }
  const hash = hashOf(0x43b0d7e5, 0x931e8875);
  const pool = Array.from({ length: POOL }, (_, i) => hash(entropy[i] ?? 0));
  const mixInto = (place, word) => {
    const mixed = Math.imul(0xca01f9dd, pool[place]) - Math.imul(0x4973f715, hash(word));
    pool[place] = mixed ^ (mixed >>> 16);
  };
  for (let from = 0; from < POOL; from++) {
    for (let to = 0; to < POOL; to++) if (to !== from) mixInto(to, pool[from]);
  }
  for (const word of entropy.slice(POOL)) {
    for (let to = 0; to < POOL; to++) mixInto(to, word);
  }
  const drawn = hashOf(0x8b51f9dd, 0x58f38ded);
  return Array.from({ length: count }, (_, i) => drawn(pool[i % POOL]) >>> 0);
}

/**
 * Numbers from a seed, uniform in [0, 1): the upper 53 of every 64 raw bits of PCG-64, over 2^53.
 *
 * @param {number | bigint} seed - A whole number from 0.
 * @param {number} count - How many.
 * @returns {Float64Array}
 */
export function uniform(seed, count) {
  const words = wordsOf(seed, 8).map(BigInt);
  const long = (i) => words[2 * i] | (words[2 * i + 1] << 32n);
  const increment = (((long(2) << 64n) | long(3)) << 1n | 1n) & LOW_128;
  let state = (increment + ((long(0) << 64n) | long(1))) & LOW_128;
  const step = () => {
    state = (state * MULTIPLIER + increment) & LOW_128;
  };
  step();
  const draws = new Float64Array(count);
  for (let n = 0; n < count; n++) {
    step();
    const folded = (state >> 64n) ^ (state & LOW_64);
    const turn = state >> 122n;
    const raw = ((folded >> turn) | (folded << (64n - turn))) & LOW_64;
    draws[n] = Number(raw >> 11n) * 2 ** -53;
  }
  return draws;
}

/**
 * A network's first weights and biases: uniform in +-2.4 / F, biases drawn as weights are.
 *
 * @param {Float64Array | number[]} fanIn - F of every parameter: the inputs of the unit that it
 *   feeds, the bias counted.
 * @param {number | bigint} seed
 * @returns {Float32Array} In the engine's order.
 */
export function initialParameters(fanIn, seed) {
  const draws = uniform(seed, fanIn.length);
  return Float32Array.from(draws, (draw, k) => (2 * draw - 1) * (WIDTH / fanIn[k]));
}
