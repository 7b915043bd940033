/** Rejection by the difference of the two highest outputs, as one threshold moves. */

/**
 * What is left when the least sure digits go to a clerk.
 *
 * @param {ArrayLike<number>} differences - Of all digits, the surest first.
 * @param {number[]} wrong - Places of those that are misread, rising.
 * @param {number} threshold - A digit is accepted if its difference is above it.
 * @returns {{accepted: number, rejected: number, errors: number, rejectedPercent: number,
 *   errorPercent: number}} `errors` among the accepted; both shares in percent, the second of the
 *   accepted, and 0 where none is.
 */
export function leftAt(differences, wrong, threshold) {
  let accepted = 0;
  while (accepted < differences.length && differences[accepted] > threshold) {
    accepted += 1;
  }
  const errors = wrong.filter((place) => place < accepted).length;
  const rejected = differences.length - accepted;
  return {
    accepted,
    rejected,
    errors,
    rejectedPercent: (100 * rejected) / differences.length,
    errorPercent: accepted ? (100 * errors) / accepted : 0,
  };
}

/**
 * Error against rejection, a point for every threshold worth a thought.
 *
 * @param {ArrayLike<number>} differences - As for `leftAt`.
 * @param {number[]} wrong
 * @param {number} most - Percent rejected, at most.
 * @returns {{rejectedPercent: number, errorPercent: number}[]} From rejecting nothing on.
 */
export function curveOf(differences, wrong, most) {
  const points = [leftAt(differences, wrong, -Infinity)];
  let last = points[0];
  for (let place = differences.length - 1; place > 0 && last.rejectedPercent < most; place--) {
    if (differences[place] !== differences[place - 1]) {
      last = leftAt(differences, wrong, differences[place]);
      points.push(last);
    }
  }
  return points;
}
