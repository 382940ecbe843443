import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { beforeEach, test } from 'node:test';

/** A browser as far as the module looks at one. */
function browser({ helper, plain, permission, host = 'id.example', policy, clicked = true, storage = {} } = {}) {
  const page = new EventTarget();
  const world = { helper, plain, permission, requests: [], page, storage };
  Object.assign(page, { hidden: false, permissionsPolicy: policy });
  const navigator = {
    userActivation: { isActive: clicked },
    permissions: {
      query: async ({ name }) => {
        if (world.permission === undefined || name !== 'loopback-network') throw new TypeError(name);
        return { state: world.permission };
      },
    },
  };
  const fetch = (url, options) =>
    new Promise((resolve, reject) => {
      const { protocol, port, pathname } = new URL(url);
      world.requests.push({ protocol, port: Number(port), path: pathname, options });
      options.signal?.addEventListener('abort', () => reject(options.signal.reason));
      const who = protocol === 'https:' ? world.helper : world.plain;
      const answer = who?.[port]?.(pathname, options);
      if (answer === undefined) reject(new TypeError('Failed to fetch'));
      else if (answer !== 'silent') resolve(answer);
    });
  const localStorage = {
    getItem: (name) => world.storage[name] ?? null,
    setItem: (name, value) => { world.storage[name] = value; },
  };
  const globals = { document: page, navigator, fetch, localStorage, location: { hostname: host } };
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  return world;
}

const json = (body, status = 200) => new Response(JSON.stringify(body), { status });
const status = (state, more) => json({ service: 'ankong', version: '0.1.0', protocol: 1, state, ...more });
const running = () => status('running');
/** Answers this call so, and that it runs. */
const answering = (answer) => ({ 24443: (path) => (path === '/v1/status' ? running() : answer(path)) });
/** One that does not know the site: it may not read the answer, but there is one. */
const strange = (_, { mode }) => (mode === 'no-cors' ? new Response('') : undefined);
/** The browser asks about this port, and the person lets a moment pass before the question is put away. */
const putAway = () => new Promise((_, reject) => setTimeout(() => reject(new TypeError('Failed to fetch')), 300));
const seenBefore = () => ({ 'ankong-answered': '1' });
/** Until nothing is left to do but to wait. */
const settled = async () => {
  for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
};
/** Time that passes only in `wait`. Node's own stopped clock is not yet reliable in version 18. */
const stoppedClock = (context) => {
  const real = { setTimeout, clearTimeout };
  const due = new Map();
  let now = 0;
  let last = 0;
  globalThis.setTimeout = (call, ms = 0) => {
    last += 1;
    due.set(last, { at: now + ms, call });
    return last;
  };
  globalThis.clearTimeout = (timer) => due.delete(timer);
  context.after(() => Object.assign(globalThis, real));
  return async function wait(ms) {
    const end = now + ms;
    await settled();
    for (;;) {
      const [next] = [...due].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at);
      if (!next) break;
      due.delete(next[0]);
      now = next[1].at;
      next[1].call();
      await settled();
    }
    now = end;
  };
};
const soon = (ms = 15) => new Promise((done) => setTimeout(done, ms));

let ankong;
let copies = 0;
beforeEach(async () => {
  copies += 1; // a module of its own for each test
  ankong = await import(`../ankong.js?${copies}`);
});

test('a running Ankong is found on whichever port it answers', async () => {
  const world = browser({ helper: { 24543: () => status('card-ready') } });
  const found = await ankong.detect();
  assert.deepEqual(found, { state: 'running', port: 24543, version: '0.1.0', card: 'card-ready' });
  assert.deepEqual(world.requests.map(({ port }) => port), [24443, 24543, 24643]);
});

test('a request asks for nothing cached, sends no credentials and names the loopback', async () => {
  const world = browser({ helper: { 24443: running } });
  await ankong.detect({ ports: [24443] });
  const { cache, credentials, redirect, targetAddressSpace } = world.requests[0].options;
  assert.deepEqual([cache, credentials, redirect], ['no-store', 'omit', 'error']);
  assert.equal(targetAddressSpace, 'loopback');
});

test('a browser that throws at the word loopback is not given it', async () => {
  const world = browser({ helper: { 24443: running } });
  const { Request } = globalThis;
  globalThis.Request = class {
    constructor(_, { targetAddressSpace }) {
      if (targetAddressSpace) throw new TypeError('not an IPAddressSpace');
    }
  };
  try {
    assert.equal((await ankong.detect()).state, 'running');
    assert.ok(!('targetAddressSpace' in world.requests[0].options));
  } finally {
    globalThis.Request = Request;
  }
});

test('no answer means not installed, or not running where it once answered, unless the browser was told to deny', async () => {
  for (const [storage, silent] of [[{}, 'not-installed'], [seenBefore(), 'not-running']]) {
    const world = browser({ storage });
    assert.deepEqual(await ankong.detect(), { state: silent });
    for (const [permission, state] of Object.entries({ granted: silent, prompt: silent, denied: 'permission-denied' })) {
      world.permission = permission;
      assert.deepEqual(await ankong.detect(), { state });
    }
  }
});

test('whatever shows that Ankong is there is remembered by the browser', async () => {
  const seen = { running: { helper: { 24443: running } } };
  seen.incompatible = { helper: { 24443: () => status('running', { protocol: 2 }) } };
  seen['origin-not-allowed'] = { helper: { 24443: strange } };
  seen['not-trusted'] = { plain: { 24443: () => new Response('') } };
  for (const [state, found] of Object.entries(seen)) {
    const world = browser(found);
    assert.equal((await ankong.detect()).state, state);
    world.helper = world.plain = undefined;
    assert.equal((await ankong.detect()).state, 'not-running', state);
  }
});

test('a browser that keeps nothing for the page does not stop it', async () => {
  const world = browser({ helper: { 24443: running } });
  Object.defineProperty(globalThis, 'localStorage', { get: () => { throw new Error('SecurityError'); }, configurable: true });
  assert.equal((await ankong.detect()).state, 'running');
  world.helper = {};
  assert.equal((await ankong.detect()).state, 'not-installed');
});

test('a program that answers, but not to this site, does not know it', async () => {
  const world = browser({ helper: { 24543: strange } });
  assert.deepEqual(await ankong.detect(), { state: 'origin-not-allowed' });
  assert.deepEqual(world.requests.filter(({ options }) => options.mode === 'no-cors').map(({ port }) => port), [24443, 24543, 24643]);
  assert.ok(world.requests.every(({ options }) => options.credentials === 'omit'));
});

test('a program that answers over plain HTTP only has a certificate the browser does not trust', async () => {
  browser({ plain: { 24443: () => new Response('') } });
  assert.deepEqual(await ankong.detect(), { state: 'not-trusted' });
});

test('no second look is taken without a click while the browser would ask', async () => {
  const world = browser({ permission: 'prompt', helper: { 24443: strange }, clicked: false });
  assert.deepEqual(await ankong.detect(), { state: 'not-installed' });
  assert.ok(world.requests.every(({ options }) => options.mode !== 'no-cors'));
});

test('from a click the browser may ask about a certificate it does not trust', async () => {
  browser({ permission: 'prompt', plain: { 24543: () => new Response('') } });
  assert.deepEqual(await ankong.detect(), { state: 'not-trusted' });
});

test('a question that was put away is told from silence, and is not put again', async () => {
  const world = browser({ permission: 'prompt', helper: { 24543: putAway } });
  assert.deepEqual(await ankong.detect(), { state: 'permission-dismissed' });
  assert.ok(world.requests.every(({ options }) => options.mode !== 'no-cors'));
});

test('a question that was answered with no is a no, whichever request it was about', async () => {
  const world = browser({ permission: 'prompt' });
  world.plain = { 24443: () => { world.permission = 'denied'; } };
  assert.deepEqual(await ankong.detect(), { state: 'permission-denied' });
});

test("a Content-Security-Policy that forbids it is the page's own policy", async () => {
  const world = browser();
  const violation = (blockedURI, disposition) => Object.assign(new Event('securitypolicyviolation'), { blockedURI, disposition });
  world.helper = { 24443: () => { world.page.dispatchEvent(violation('https://localhost:24443/v1/status', 'enforce')); } };
  assert.deepEqual(await ankong.detect(), { state: 'page-policy' });
  for (const other of [violation('https://localhost:24443/v1/status', 'report'), violation('https://cdn.example/', 'enforce'), violation('http://localhost:24443/', 'enforce')]) {
    world.helper = { 24443: () => { world.page.dispatchEvent(other); } };
    assert.deepEqual(await ankong.detect(), { state: 'not-installed' });
  }
});

test("the page's own policy is told apart, and nothing is sent", async () => {
  const policy = { features: () => ['loopback-network'], allowsFeature: () => false };
  const world = browser({ policy, helper: { 24443: running } });
  assert.deepEqual(await ankong.detect(), { state: 'page-policy' });
  assert.equal(world.requests.length, 0);
});

test('another program on the port is not Ankong', async () => {
  browser({ helper: { 24443: () => json({ service: 'other' }), 24543: () => new Response('hello'), 24643: () => json({}, 404) } });
  assert.deepEqual(await ankong.detect(), { state: 'not-installed' });
});

test('another protocol is incompatible', async () => {
  browser({ helper: { 24443: () => status('running', { protocol: 2 }) } });
  assert.deepEqual(await ankong.detect(), { state: 'incompatible', port: 24443, version: '0.1.0' });
});

test('another version on one port does not hide the right one on another', async () => {
  const old = () => status('running', { protocol: 2, version: '0.0.1' });
  const late = () => new Promise((done) => setTimeout(() => done(status('no-card')), 5));
  browser({ helper: { 24443: old, 24543: late } });
  const found = await ankong.detect();
  assert.deepEqual(found, { state: 'running', port: 24543, version: '0.1.0', card: 'no-card' });
});

test('a state of the card nobody knows and a version that is no text are passed over', async () => {
  const odd = [status('dancing'), status({ toString: 1 }), status(7, { version: [1] })];
  for (const answer of odd) {
    browser({ helper: { 24443: () => answer } });
    const { state, card } = await ankong.detect();
    assert.deepEqual([state, card], ['running', undefined]);
  }
  browser({ helper: { 24443: () => status('busy', { version: {} }) } });
  assert.deepEqual(await ankong.detect(), { state: 'running', port: 24443, card: 'busy' });
  browser({ helper: { 24443: () => json(null) } });
  assert.deepEqual(await ankong.detect(), { state: 'not-installed' });
});

test('an aborted look ends with the reason of the signal', async () => {
  browser({ permission: 'prompt', helper: { 24443: () => 'silent' } });
  const page = new AbortController();
  const looking = ankong.detect({ signal: page.signal });
  await soon();
  page.abort(new Error('left'));
  await assert.rejects(looking, /left/);
});

test('a watch tells the first state and then the changes only', async () => {
  const world = browser({ host: 'localhost' });
  const told = [];
  const stop = ankong.watch(({ state, card }) => told.push(card ?? state), { intervalMs: 2 });
  await soon();
  world.helper = { 24443: () => status('no-card') };
  await soon();
  world.helper = { 24443: () => status('card-ready') };
  await soon();
  stop();
  world.helper = {};
  await soon();
  assert.deepEqual(told, ['not-installed', 'no-card', 'card-ready']);
});

test('a watch rests while the page is hidden and looks at once when it is back', async () => {
  const world = browser({ host: 'localhost', helper: { 24443: running } });
  const stop = ankong.watch(() => {}, { intervalMs: 2 });
  await soon();
  world.page.hidden = true;
  await soon();
  const before = world.requests.length;
  await soon();
  assert.equal(world.requests.length, before);
  world.page.hidden = false;
  world.page.dispatchEvent(new Event('visibilitychange'));
  await soon();
  assert.ok(world.requests.length > before);
  stop();
});

test('a watch does not make the browser ask', async () => {
  const world = browser({ permission: 'prompt', helper: { 24443: running } });
  const told = [];
  const stop = ankong.watch(({ state }) => told.push(state), { intervalMs: 2 });
  await soon();
  assert.equal(world.requests.length, 0);
  world.permission = 'granted'; // in answer to a click
  await soon();
  stop();
  assert.deepEqual(told, ['permission-needed', 'running']);
});

test('after a question that was dismissed a watch does not ask again', async () => {
  const world = browser({ permission: 'prompt', helper: { 24443: putAway } });
  const stop = ankong.watch(() => {}, { intervalMs: 2 });
  assert.deepEqual(await ankong.detect(), { state: 'permission-dismissed' });
  const before = world.requests.length;
  await soon();
  stop();
  assert.deepEqual([before, world.requests.length], [3, 3]);
});

test('on a local page a helper that hangs is waited for three seconds, whatever the permission', async (context) => {
  const wait = stoppedClock(context);
  const world = browser({ permission: 'prompt', host: 'localhost', helper: { 24443: running } });
  const told = [];
  const stop = ankong.watch(({ state }) => told.push(state), { intervalMs: 1000 });
  await settled();
  world.helper = { 24443: () => 'silent' };
  await wait(3999);
  assert.deepEqual(told, ['running']);
  await wait(1);
  stop();
  assert.deepEqual(told, ['running', 'not-running']);
});

test('a look that no click began waits three seconds, and one from a click for the person', async (context) => {
  const wait = stoppedClock(context);
  for (const clicked of [false, true]) {
    const world = browser({ permission: 'prompt', helper: { 24443: () => 'silent' }, clicked });
    let found;
    ankong.detect().then((detected) => { found = detected; });
    await wait(60_000);
    assert.deepEqual(found, clicked ? undefined : { state: 'not-installed' });
    world.permission = 'granted';
    await wait(4000);
    assert.deepEqual(found, { state: 'not-installed' });
  }
});

test('one port that hangs keeps no other from being found', async () => {
  browser({ permission: 'prompt', helper: { 24443: () => 'silent', 24643: running } });
  assert.deepEqual(await ankong.detect(), { state: 'running', port: 24643, version: '0.1.0' });
});

test('a callback that throws does not end the watch', async () => {
  const world = browser({ host: 'localhost' });
  const reported = [];
  globalThis.reportError = (error) => reported.push(error.message);
  const told = [];
  const stop = ankong.watch(({ state }) => {
    told.push(state);
    if (state === 'not-installed') throw new Error('page');
  }, { intervalMs: 2 });
  await soon();
  world.helper = { 24443: running };
  await soon();
  stop();
  assert.deepEqual([told, reported], [['not-installed', 'running'], ['page']]);
});

test('a watch ends with its signal, and with one that was aborted before never begins', async () => {
  const world = browser({ host: 'localhost', helper: { 24443: running } });
  const page = new AbortController();
  ankong.watch(() => {}, { intervalMs: 2, signal: page.signal });
  await soon();
  page.abort();
  await soon();
  const before = world.requests.length;
  assert.ok(before > 0);
  ankong.watch(() => {}, { intervalMs: 2, signal: page.signal });
  await soon();
  assert.equal(world.requests.length, before);
});

const token = { format: 'web-eid:1.0', unverifiedCertificate: 'AA', algorithm: 'RS256', signature: 'AA' };

test('an answer of other types is an internal error', async () => {
  const chains = [{ chain: 'AAAA' }, { chain: [1] }];
  const wrong = {
    authenticate: [
      { token: 'x' },
      { token: 1, chain: [] },
      { token: null },
      { token: { ...token, signature: 7 } },
      { token: { format: 'web-eid:1.0' } },
      ...chains.map((chain) => ({ token, ...chain })),
    ],
    sign: [{ cms: 'AA' }, { certificate: 'AA' }, ...chains.map((chain) => ({ cms: 'AA', certificate: 'AA', ...chain }))],
    certificates: [{}, { signing: 1 }, { signing: 'AA', encryption: 1 }, ...chains.map((chain) => ({ signing: 'AA', ...chain }))],
  };
  for (const [call, answers] of Object.entries(wrong)) {
    for (const answer of [...answers, [], null, 'text', { code: { a: 1 }, title: 5, detail: { x: 1 } }]) {
      browser({ helper: answering(() => json(answer)) });
      await assert.rejects(ankong[call]({ content: 'x', purpose: 'p' }), (error) => {
        assert.ok(error instanceof ankong.AnkongError, `${call}: ${JSON.stringify(answer)}: ${error}`);
        assert.deepEqual([error.code, error.kind, error.detail], ['internal', 'fault', undefined]);
        return true;
      });
    }
  }
});

test('sign posts bytes, or the UTF-8 of a text, as base64', async () => {
  const answer = { cms: 'AA', certificate: 'AA', chain: ['AAAA'] };
  const world = browser({ helper: answering(() => json(answer)) });
  const bytes = new TextEncoder().encode('x同意書');
  const contents = ['同意書', bytes.subarray(1), bytes.slice(1).buffer, new DataView(bytes.buffer, 1)];
  for (const content of contents) {
    assert.deepEqual(await ankong.sign({ content, purpose: 'p' }), answer);
    const { path, options } = world.requests.at(-1);
    assert.equal(path, '/v1/sign');
    assert.deepEqual(JSON.parse(options.body), { content: '5ZCM5oSP5pu4', hash: 'SHA-256', detached: false, purpose: 'p' });
  }
  const content = new Uint8Array(1 << 20).fill(255);
  await ankong.sign({ content, hash: 'SHA-512', detached: true, purpose: 'p' });
  const sent = JSON.parse(world.requests.at(-1).options.body);
  assert.deepEqual([sent.hash, sent.detached], ['SHA-512', true]);
  assert.ok(Buffer.from(sent.content, 'base64').equals(content));
});

test('certificates are asked for with a purpose', async () => {
  for (const answer of [{ signing: 'AA', chain: [] }, { signing: 'AA', encryption: 'BB', chain: ['CC'] }]) {
    const world = browser({ helper: answering(() => json(answer)) });
    assert.deepEqual(await ankong.certificates({ purpose: 'p' }), answer);
    const { path, options } = world.requests.at(-1);
    assert.deepEqual([path, JSON.parse(options.body)], ['/v1/certificates', { purpose: 'p' }]);
  }
});

test('authenticate posts the challenge where Ankong is and returns token and chain', async () => {
  const answer = { token, chain: ['AAAA'] };
  const world = browser({ helper: { 24543: (path) => (path === '/v1/status' ? running() : json(answer)) } });
  assert.deepEqual(await ankong.authenticate({ challenge: 'c', purpose: 'p', idTail: '6789' }), answer);
  const { port, path, options } = world.requests.at(-1);
  assert.deepEqual([port, path, options.method], [24543, '/v1/authenticate', 'POST']);
  assert.equal(options.headers['content-type'], 'application/json');
  assert.deepEqual(JSON.parse(options.body), { challenge: 'c', purpose: 'p', idTail: '6789' });
});

test('a refusal has the code and the sentence of Ankong', async () => {
  const problem = { code: 'id-mismatch', title: 'ID mismatch', status: 409, detail: '卡片與身分證字號不符。' };
  browser({ helper: { 24443: (path) => (path === '/v1/status' ? running() : json(problem, 409)) } });
  await assert.rejects(ankong.authenticate({ challenge: 'c', purpose: 'p' }), (error) => {
    assert.ok(error instanceof ankong.AnkongError);
    const { code, message, detail } = error;
    assert.deepEqual({ code, message, detail }, { code: 'id-mismatch', message: 'ID mismatch', detail: '卡片與身分證字號不符。' });
    return true;
  });
});

test('an answer that is no answer is an internal error, and a lost connection is not running', async () => {
  const answers = { internal: () => new Response('<h1>', { status: 502 }), 'not-running': () => undefined };
  for (const [code, answer] of Object.entries(answers)) {
    browser({ helper: { 24443: (path) => (path === '/v1/status' ? running() : answer()) } });
    await assert.rejects(ankong.authenticate({ challenge: 'c', purpose: 'p' }), { code });
  }
});

test('where Ankong cannot be asked, the state is the code', async () => {
  browser({ permission: 'denied' });
  await assert.rejects(ankong.authenticate({ challenge: 'c', purpose: 'p' }), { code: 'permission-denied' });
});

test('a page that gives up closes the request', async () => {
  const world = browser({ helper: { 24443: (path) => (path === '/v1/status' ? running() : 'silent') } });
  const page = new AbortController();
  const asking = ankong.authenticate({ challenge: 'c', purpose: 'p', signal: page.signal });
  await soon();
  page.abort();
  await assert.rejects(asking, { name: 'AbortError' });
  assert.equal(world.requests.at(-1).options.signal.aborted, true);
});

test('the types name what the module exports', async () => {
  const types = await readFile(new URL('../ankong.d.ts', import.meta.url), 'utf8');
  const declared = [...types.matchAll(/^export (?:function|class) (\w+)/gm)].map(([, name]) => name);
  assert.deepEqual(declared.sort(), Object.keys(ankong).sort());
});
