// The package as npm would publish it: what is in it, how large the module is, what can be imported.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const home = fileURLToPath(new URL('..', import.meta.url));
const run = (program, args, cwd) => execFileSync(program, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** The most that a page should have to load. */
const MAX_GZIP_BYTES = 6 * 1024;

let site;
before(async () => {
  site = await mkdtemp(join(tmpdir(), 'ankong-npm-'));
  run('npm', ['pack', '--silent', '--pack-destination', site], home);
  const [archive] = await readdir(site);
  const installed = join(site, 'node_modules', 'ankong');
  await mkdir(installed, { recursive: true });
  run('tar', ['xf', join(site, archive), '--strip-components=1', '-C', installed]);
});
after(() => rm(site, { recursive: true }));

test('a page loads at most 6 KiB', async () => {
  const size = gzipSync(await readFile(join(home, 'ankong.js')), { level: 9 }).length;
  assert.ok(size <= MAX_GZIP_BYTES, `${size} bytes`);
});

test('the package has the modules, their types, licences and a README, and nothing else', async () => {
  const files = run('find', ['.', '-type', 'f'], join(site, 'node_modules', 'ankong')).trim().split('\n');
  const own = ['LICENSE-APACHE', 'LICENSE-MIT', 'README.md', 'ankong.d.ts', 'ankong.js', 'package.json', 'texts.d.ts', 'texts.js'];
  const mock = ['calls.js', 'card.js', 'cms.js', 'der.js', 'mock.d.ts', 'mock.js', 'refusals.js'];
  assert.deepEqual(files.sort(), [...own, ...mock.map((name) => `mock/${name}`)].map((name) => `./${name}`).sort());
});

test('the package depends on nothing', async () => {
  const { dependencies, peerDependencies, optionalDependencies } = JSON.parse(await readFile(join(home, 'package.json')));
  assert.deepEqual([dependencies, peerDependencies, optionalDependencies], [undefined, undefined, undefined]);
});

test('what was packed can be imported by its names', async () => {
  const script = `
    import * as ankong from 'ankong';
    import { sentence } from 'ankong/texts.js';
    import { mockAnkong } from 'ankong/mock';
    console.log(Object.keys(ankong).join(' '), sentence('no-card', 'en'), typeof mockAnkong);`;
  await writeFile(join(site, 'site.mjs'), script);
  const said = run('node', ['site.mjs'], site).trim();
  assert.equal(said, 'AnkongError authenticate certificates detect sign watch Please insert your card into the reader, chip first. function');
});

test('a site in TypeScript sees the types, and its mistakes', async () => {
  const source = await readFile(join(home, 'tests', 'site.ts'), 'utf8');
  await writeFile(join(site, 'site.ts'), source);
  const options = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext', '--skipLibCheck', 'false', 'site.ts'];
  await writeFile(join(site, 'package.json'), '{ "type": "module" }');
  const tsc = join(home, 'node_modules', '.bin', 'tsc');
  try {
    run(tsc, options, site);
  } catch ({ stdout, message }) {
    assert.fail(stdout ?? message);
  }
});
