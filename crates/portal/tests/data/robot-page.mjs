// What a page shows of no robot being at work, with as much of a browser as robot.js needs to see.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';

import { puzzle, recaptcha } from './robot.js';

let arrives = true;
const scripts = [];
const google = {
  response: '',
  ready: (then) => then(),
  render: (place, { sitekey }) => {
    google.rendered = [place, sitekey];
    return 7;
  },
  getResponse: (widget) => {
    assert.equal(widget, 7);
    return google.response;
  },
  reset: () => {
    google.response = '';
  },
  execute: async (siteKey, { action }) => `${siteKey} for ${action}`,
};
globalThis.window = { grecaptcha: google };
globalThis.document = {
  documentElement: { lang: 'zh-TW' },
  createElement: () => ({
    listeners: {},
    addEventListener(kind, listener) {
      this.listeners[kind] = listener;
    },
  }),
  head: {
    append: (script) => {
      scripts.push(script.src);
      script.listeners[arrives ? 'load' : 'error']();
    },
  },
};
const place = (version) => ({ dataset: { version, siteKey: 'key', textAway: 'away' }, querySelector: () => null });
const settled = () => new Promise((resolve) => setTimeout(resolve));

// Google's box has to be ticked, and what it gives is good once.
const box = recaptcha(place('v2'));
await settled();
assert.equal(google.rendered[1], 'key');
assert.equal(box.isReady(), false);
google.response = 'token';
assert.equal(box.isReady(), true);
assert.equal(await box.proof(), 'token');
assert.equal(box.isReady(), false);

// The third version has nothing to tick.
const unseen = recaptcha(place('v3'));
await settled();
assert.equal(unseen.isReady(), true);
assert.equal(await unseen.proof(), 'key for code');
const address = 'https://www.google.com/recaptcha/api.js';
assert.deepEqual(scripts, [`${address}?render=explicit&hl=zh-TW`, `${address}?render=key&hl=zh-TW`]);

// Without Google the visitor is told.
arrives = false;
for (const version of ['v2', 'v3']) {
  const away = recaptcha(place(version));
  await settled();
  assert.equal(away.isReady(), true);
  await assert.rejects(away.proof(), { message: 'away' });
}

// The portal's own puzzle.
const own = puzzle({ checked: true });
const challenge = createHash('sha256').update('salt?expires=1&42').digest('hex');
const asked = { algorithm: 'SHA-256', challenge, maxnumber: 50, salt: 'salt?expires=1&', signature: 's' };
assert.equal(own.isReady(), true);
const solution = JSON.parse(atob(await own.proof(async () => asked)));
assert.deepEqual([solution.number, solution.challenge, solution.signature], [42, challenge, 's']);
await assert.rejects(own.proof(async () => ({ ...asked, maxnumber: 42 })), TypeError);
