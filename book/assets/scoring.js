/** The score of a reader of hard digits, beside the networks'. */

/**
 * What answers so far come to.
 *
 * @param {{label: number, misread: number}[]} digits - Those answered.
 * @param {number[]} answers - One each.
 * @param {number} networks - How many networks there are; `misread` counts them.
 * @returns {{right: number, networksRight: number, count: number}} `networksRight` is what one of
 *   the networks gets right, in the mean.
 */
export function scoreOf(digits, answers, networks) {
  const right = answers.filter((answer, n) => answer === digits[n].label).length;
  const shares = digits.map(({ misread }) => 1 - misread / networks);
  return { right, networksRight: shares.reduce((a, b) => a + b, 0), count: answers.length };
}

/**
 * The error rate of a reader of all test digits who reads all the easier ones rightly.
 *
 * @param {number} wrong - Hard digits answered wrongly.
 * @param {number} answered - Hard digits answered; at least 1.
 * @param {number} hard - Hard digits there are.
 * @param {number} total - Digits there are.
 * @returns {number} In percent.
 */
export function rateOf(wrong, answered, hard, total) {
  return (100 * wrong * hard) / (answered * total);
}
