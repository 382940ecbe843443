// The rule for passwords, part by part, so that a page can show it while one is typed. The server
// checks again.

const RULE = {
  length: (word) => [...word].length >= 8 && [...word].length <= 200,
  upper: (word) => /[A-Z]/.test(word),
  lower: (word) => /[a-z]/.test(word),
  digit: (word) => /[0-9]/.test(word),
  symbol: (word) => /[!@#$%^+=]/.test(word),
};

/** The names of the parts that `password` keeps. */
export function partsKept(password) {
  return Object.keys(RULE).filter((part) => RULE[part](password));
}
