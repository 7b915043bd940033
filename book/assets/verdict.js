/**
 * What outputs are worth: the answer, and whether the thresholds of rejection let it pass.
 *
 * The rules of reproduction/evaluation: of equal outputs the lowest digit is the answer; accepted
 * is what has its highest output above t1, the second highest below t2, and a difference of both
 * above td (NIPS 1989, p. 402). A threshold that is null does not hold anything back.
 */

/** The digits in words. */
export const DIGIT_WORDS = [
  "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
];

/**
 * @param {number} digit
 * @returns {string} As "a seven", "an eight".
 */
export function digitInWords(digit) {
  return `${digit === 8 ? "an" : "a"} ${DIGIT_WORDS[digit]}`;
}

/**
 * The answer to a pattern, and whether it is accepted.
 *
 * @param {ArrayLike<number>} outputs - Ten.
 * @param {{top: number|null, second: number|null, difference: number|null}} thresholds
 * @returns {{answer: number, top: number, second: number, difference: number,
 *   holds: {top: boolean, second: boolean, difference: boolean}, accepted: boolean}}
 *   `holds` says which of the three conditions are met.
 */
export function verdictOf(outputs, thresholds) {
  let answer = 0;
  for (let digit = 1; digit < outputs.length; digit++) {
    answer = outputs[digit] > outputs[answer] ? digit : answer;
  }
  const top = outputs[answer];
  const others = Array.from(outputs).filter((_, digit) => digit !== answer);
  const second = Math.max(...others);
  const difference = top - second;
  const holds = {
    top: top > (thresholds.top ?? -Infinity),
    second: second < (thresholds.second ?? Infinity),
    difference: difference > (thresholds.difference ?? -Infinity),
  };
  const accepted = holds.top && holds.second && holds.difference;
  return { answer, top, second, difference, holds, accepted };
}

/**
 * The outputs of a committee: the mean of its members', added one after the other in float64.
 *
 * @param {ArrayLike<number>[]} members - Ten outputs of each.
 * @returns {Float64Array} Ten.
 */
export function committeeOf(members) {
  const sums = new Float64Array(members[0].length);
  for (const outputs of members) {
    for (let digit = 0; digit < sums.length; digit++) {
      sums[digit] += outputs[digit];
    }
  }
  return sums.map((sum) => sum / members.length);
}

/**
 * @param {number[]} answers - One a network.
 * @returns {{digit: number, votes: number}[]} The digits that were voted for, most votes first.
 */
export function votesFor(answers) {
  const counted = DIGIT_WORDS.map((_, digit) => ({
    digit,
    votes: answers.filter((answer) => answer === digit).length,
  }));
  return counted.filter(({ votes }) => votes).sort((a, b) => b.votes - a.votes);
}
