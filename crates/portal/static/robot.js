// How a page shows that no robot is at work: by a puzzle of the portal's own, or by Google's reCAPTCHA where
// the operator wants it. Each has isReady(), focus() and proof(), which is what the server judges.

/** A box to tick, and then a moment's work. */
export function puzzle(box) {
  return {
    isReady: () => box.checked,
    focus: () => box.focus(),
    proof: async (fetchPuzzle) => solve(await fetchPuzzle()),
  };
}

/** Google's box (v2), or nothing to be seen (v3). */
export function recaptcha(place) {
  const { version, siteKey, textAway } = place.dataset;
  const google = load(version === 'v2' ? 'explicit' : siteKey, textAway);
  let widget;
  const show = (grecaptcha) => {
    if (version === 'v2') widget = grecaptcha.render(place, { sitekey: siteKey });
  };
  // Where Google is not there the proof fails, and says so.
  google.then(show, () => {});
  return {
    isReady: () => widget === undefined || window.grecaptcha.getResponse(widget) !== '',
    focus: () => place.querySelector('iframe')?.focus(),
    proof: async () => {
      const grecaptcha = await google;
      if (version !== 'v2') return grecaptcha.execute(siteKey, { action: 'code' });
      const proof = grecaptcha.getResponse(widget);
      // It is good once.
      grecaptcha.reset(widget);
      return proof;
    },
  };
}

/** Google's script, or an error with these words. */
function load(render, textAway) {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    const language = document.documentElement.lang;
    script.src = `https://www.google.com/recaptcha/api.js?render=${render}&hl=${language}`;
    script.addEventListener('error', () => reject(new Error(textAway)));
    script.addEventListener('load', () => window.grecaptcha.ready(() => resolve(window.grecaptcha)));
    document.head.append(script);
  });
}

/** The solution of a puzzle, as the server wants it: the number behind the salt that makes the challenge. */
async function solve(puzzle) {
  const { algorithm, challenge, maxnumber, salt, signature } = puzzle;
  const encoder = new TextEncoder();
  const wanted = Uint8Array.from(challenge.match(/../g), (byte) => parseInt(byte, 16));
  for (let number = 0; number < maxnumber; number += 1) {
    const hash = new Uint8Array(
      await crypto.subtle.digest(algorithm, encoder.encode(`${salt}${number}`)),
    );
    if (hash.every((byte, at) => byte === wanted[at])) {
      return btoa(JSON.stringify({ algorithm, challenge, number, salt, signature }));
    }
  }
  throw new TypeError('the puzzle has no solution');
}
