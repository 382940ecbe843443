// The mock answers the client as Ankong does; that its signatures verify is for tests/client to show.

import assert from 'node:assert/strict';
import { X509Certificate, createHash, createVerify } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterEach, test } from 'node:test';

import { authenticate, certificates, detect, sign, watch } from '../ankong.js';
import { mockAnkong } from '../mock/mock.js';
import { HTTP_STATUS } from '../mock/refusals.js';
import { TEXTS } from '../texts.js';

const file = (path) => readFile(new URL(path, import.meta.url), 'utf8');
const CARD = await file('../../crates/virtual-card/tests/data/card.toml');
const ORIGIN = 'https://portal.example';
const CHALLENGE = `${'A'.repeat(43)}=`;
const purpose = '測試';

let ankong;
const start = async (more) => {
  ankong = await mockAnkong({ card: CARD, origin: ORIGIN, ...more });
  return ankong;
};
afterEach(() => ankong.restore());

test('a token is signed with the key of the card over origin and challenge', async () => {
  await start();
  const { token, chain } = await authenticate({ challenge: CHALLENGE, purpose, idTail: '6789' });
  const sha256 = (text) => createHash('sha256').update(text).digest();
  const { publicKey } = new X509Certificate(Buffer.from(token.unverifiedCertificate, 'base64'));
  const verify = createVerify('sha256').update(Buffer.concat([sha256(ORIGIN), sha256(CHALLENGE)]));
  assert.ok(verify.verify(publicKey, token.signature, 'base64'));
  assert.equal(chain.length, 1);
  assert.deepEqual(ankong.requests, [{ path: '/v1/authenticate', body: { challenge: CHALLENGE, purpose, idTail: '6789' } }]);
});

test('the person sees what is asked for, and may take a while', async () => {
  await start();
  const seen = [];
  let agree;
  ankong.person = (question) => {
    seen.push(question);
    return new Promise((resolve) => { agree = () => resolve('agrees'); });
  };
  const signing = sign({ content: '同意書', purpose });
  while (!agree) await new Promise(setImmediate);
  await assert.rejects(certificates({ purpose }), { code: 'busy', kind: 'busy' });
  agree();
  const { cms, certificate } = await signing;
  assert.ok(cms.length > certificate.length);
  const content = Buffer.from('同意書').toString('base64');
  assert.deepEqual(seen, [{ path: '/v1/sign', origin: ORIGIN, content, hash: 'SHA-256', detached: false, purpose }]);
});

test('every code of docs/errors.md can be ordered, with its HTTP status and a sentence', async () => {
  const [errors] = (await file('../../docs/errors.md')).split('## The reference portal');
  const lines = [...errors.matchAll(/^\| `([a-z-]+)` \| ([0-9, ]+) \|/gm)];
  assert.deepEqual(Object.keys(HTTP_STATUS).sort(), lines.map(([, code]) => code).sort());
  await start({ language: 'en' });
  for (const [, code, statuses] of lines) {
    assert.ok(statuses.split(', ').includes(String(HTTP_STATUS[code])), code);
    ankong.person = () => code;
    await assert.rejects(certificates({ purpose }), (error) => {
      assert.deepEqual([error.name, error.code, error.detail], ['AnkongError', code, TEXTS.en[code]]);
      return true;
    });
  }
});

test('every state can be ordered', async () => {
  const types = await file('../ankong.d.ts');
  const [, union] = /export type State =([^;]*);/.exec(types);
  const states = [...union.matchAll(/'([a-z-]+)'/g)].map(([, state]) => state);
  assert.equal(states.length, 10);
  globalThis.localStorage = memory();
  try {
    await start();
    for (const state of states) {
      ankong.state = state;
      const told = [];
      const stop = watch((found) => told.push(found.state));
      while (told.length === 0) await new Promise(setImmediate);
      stop();
      // A watch makes no browser ask.
      assert.deepEqual(told, [state === 'permission-dismissed' ? 'permission-needed' : state]);
      if (state !== 'permission-needed') assert.equal((await detect()).state, state);
    }
  } finally {
    delete globalThis.localStorage;
  }
});

test('what the status says of the card is what a call meets', async () => {
  await start();
  for (const state of ['no-service', 'no-reader', 'no-card', 'unsupported-card', 'busy']) {
    ankong.state = state;
    assert.equal((await detect()).card, state);
    await assert.rejects(authenticate({ challenge: CHALLENGE, purpose }), { code: state });
  }
});

test("a wrong field is the site's mistake and is named", async () => {
  await start();
  const wrong = [
    [authenticate, { challenge: 'short', purpose }, 'challenge'],
    [authenticate, { challenge: CHALLENGE, purpose: ' ' }, 'purpose'],
    [authenticate, { challenge: CHALLENGE, purpose: '字'.repeat(81) }, 'purpose'],
    [authenticate, { challenge: CHALLENGE, purpose: 'a\nb' }, 'purpose'],
    [authenticate, { challenge: CHALLENGE, purpose, idTail: '678' }, 'idTail'],
    [sign, { content: '', purpose }, 'content'],
    [sign, { content: 'x', hash: 'SHA-1', purpose }, 'hash'],
    [certificates, {}, 'purpose'],
  ];
  for (const [call, body, field] of wrong) {
    await assert.rejects(call(body), (error) => {
      assert.deepEqual([error.code, error.kind, error.message.split(' ')[0]], ['bad-request', 'site', field]);
      return true;
    });
  }
  await assert.rejects(sign({ content: new Uint8Array((1 << 20) + 1), purpose }), { code: 'too-large', kind: 'site' });
});

test("another person's last four are found after the person has agreed", async () => {
  await start();
  let asked = 0;
  ankong.person = () => {
    asked += 1;
    return 'agrees';
  };
  await assert.rejects(authenticate({ challenge: CHALLENGE, purpose, idTail: '0000' }), { code: 'id-mismatch' });
  assert.equal(asked, 1);
});

test('a card without tries left asks nobody', async () => {
  await start({ card: CARD.replace('tries = 3', 'tries = 0') });
  ankong.person = () => assert.fail('nobody is asked');
  await assert.rejects(authenticate({ challenge: CHALLENGE, purpose }), { code: 'pin-blocked', kind: 'card' });
});

test('a page that gives up gets its own reason', async () => {
  await start();
  const page = new AbortController();
  ankong.person = () => {
    page.abort();
    return new Promise(() => {});
  };
  await assert.rejects(authenticate({ challenge: CHALLENGE, purpose, signal: page.signal }), { name: 'AbortError' });
  ankong.person = () => 'agrees';
  assert.equal((await certificates({ purpose })).chain.length, 1);
});

test('other addresses are fetched as before, and restore gives everything back', async () => {
  const before = globalThis.fetch;
  await start();
  assert.notEqual(globalThis.fetch, before);
  assert.equal(await (await fetch('data:text/plain,elsewhere')).text(), 'elsewhere');
  ankong.restore();
  assert.equal(globalThis.fetch, before);
  assert.equal(globalThis.document, undefined);
});

function memory() {
  const kept = new Map();
  return {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => kept.set(name, value),
    removeItem: (name) => kept.delete(name),
  };
}
