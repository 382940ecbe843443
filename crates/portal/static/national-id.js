// The check of a national ID while it is typed, so that a slip is noticed at once. The server
// checks again.

/** The letters in the order of their two-digit values, from 10 for A to 35 for O. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVXYWZIO';
const WEIGHTS = [7, 6, 5, 4, 3, 2, 1, 1];

/** Why `text` is no national ID: 'id-shape', 'id-check-digit', or undefined where it is one. */
export function slipIn(text) {
  const id = text.normalize('NFKC').trim().toUpperCase();
  if (!/^[A-Z][1289A-D][0-9]{8}$/.test(id)) return 'id-shape';
  const first = LETTERS.indexOf(id[0]) + 10;
  const place = LETTERS.indexOf(id[1]);
  const second = place < 0 ? Number(id[1]) : (place + 10) % 10;
  const rest = WEIGHTS.reduce((sum, weight, at) => sum + weight * Number(id[at + 2]), 0);
  const sum = Math.floor(first / 10) + (first % 10) * 9 + second * 8 + rest;
  return sum % 10 === 0 ? undefined : 'id-check-digit';
}
