// The lists of states, codes, kinds and sentences are one list.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { AnkongError } from '../ankong.js';
import { TEXTS, sentence } from '../texts.js';

const file = (path) => readFile(new URL(path, import.meta.url), 'utf8');
const types = await file('../ankong.d.ts');
const words = (name) => {
  const [, union] = new RegExp(`export type ${name} =([^;]*);`).exec(types);
  return [...union.matchAll(/\| '([a-z-]+)'/g)].map(([, word]) => word);
};
const states = words('State').filter((state) => state !== 'running');
const codes = [...new Set([...states, ...words('AnkongCode')])].sort();
// The program's own; the portal's come after them.
const [errors] = (await file('../../docs/errors.md')).split('## The reference portal');
const refusals = [...errors.matchAll(/^\| `([a-z-]+)` \| [0-9]/gm)].map(([, code]) => code);

test('the types know every code of docs/errors.md and every state, and no other', () => {
  assert.ok(refusals.length >= 18);
  assert.deepEqual(codes, [...new Set([...refusals, ...states])].sort());
});

test('every code has a kind of its own choice, and every kind a code', () => {
  const kinds = words('Kind');
  const found = codes.map((code) => [code, new AnkongError(code, '').kind]);
  assert.deepEqual([...new Set(found.map(([, kind]) => kind))].sort(), [...kinds].sort());
  const faults = found.filter(([, kind]) => kind === 'fault').map(([code]) => code);
  assert.deepEqual(faults, ['internal', 'no-window'], 'what no kind is named for is a fault');
  assert.equal(new AnkongError('of-a-later-version', '').kind, 'fault');
});

test('every state and code has a sentence in both languages, and no sentence is without one', () => {
  const all = [...new Set([...codes, ...words('State'), ...words('CardState')])].sort();
  for (const [language, texts] of Object.entries(TEXTS)) {
    assert.deepEqual(Object.keys(texts).sort(), all, language);
    for (const [code, text] of Object.entries(texts)) assert.match(text, /[.。]$/, code);
    assert.equal(new Set(Object.values(texts)).size, all.length, language);
  }
  for (const text of Object.values(TEXTS['zh-TW'])) assert.match(text, /\p{Script=Han}/u);
});

test('a sentence is in the language of the page', () => {
  for (const tag of ['zh-TW', 'zh-Hant', 'zh']) assert.equal(sentence('no-reader', tag), '請接上讀卡機。');
  for (const tag of ['en-GB', 'vi', '']) assert.equal(sentence('no-reader', tag), 'Please connect a card reader.');
  assert.equal(sentence('of-a-later-version', 'en'), TEXTS.en.internal);
  assert.equal(sentence('toString', 'en'), TEXTS.en.internal);
});

test("the README's table of kinds names each code once", async () => {
  const readme = await file('../README.md');
  const rows = [...readme.matchAll(/^\| `([a-z-]+)` \| (.*?) \|/gm)];
  assert.deepEqual(rows.map(([, kind]) => kind).sort(), words('Kind').sort());
  for (const [, kind, list] of rows) {
    const named = [...list.matchAll(/`([a-z-]+)`/g)].map(([, code]) => code);
    assert.deepEqual(named.sort(), codes.filter((code) => new AnkongError(code, '').kind === kind), kind);
  }
});
