// As much of a page as component.js looks at, while Ankong starts and stops and the page goes into the
// history and comes back.

import assert from 'node:assert/strict';

const elements = {};
function element(id) {
  return Object.assign(new EventTarget(), {
    dataset: { ports: '24443' },
    getAttribute: (name) => `${id} ${name}`,
  });
}
const document = Object.assign(new EventTarget(), {
  hidden: false,
  getElementById: (id) => (elements[id] ??= element(id)),
});
const page = new EventTarget();
let answers = false;
let asked = 0;
async function fetch() {
  asked += 1;
  if (!answers) throw new TypeError('nobody there');
  const status = { service: 'ankong', version: '0.1.0', protocol: 1, state: 'card-ready' };
  return new Response(JSON.stringify(status));
}
const memory = new Map();
const localStorage = { getItem: (key) => memory.get(key) ?? null, setItem: (key, value) => memory.set(key, value) };
const globals = {
  document, fetch, localStorage, location: { hostname: 'localhost' }, navigator: {},
  addEventListener: page.addEventListener.bind(page),
};
for (const [name, value] of Object.entries(globals)) {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}
const until = async (what, holds) => {
  for (let n = 0; n < 1000; n += 1) {
    if (holds()) return;
    await new Promise((done) => setTimeout(done, 10));
  }
  assert.fail(what);
};
const show = (persisted) => page.dispatchEvent(Object.assign(new Event('pageshow'), { persisted }));

const { follow } = await import('./component.js');
const told = [];
follow((state) => told.push(state));
show(false);
const status = elements['component-status'];
await until('it does not run', () => told.length > 0);
assert.deepEqual([told.at(-1), status.dataset.state], ['not-installed', 'not-installed']);

answers = true;
await until('it has come, and nobody pressed F5', () => told.at(-1) === 'running');
assert.equal(status.dataset.state, 'running');
assert.equal(elements['component-state'].textContent, 'component-status data-text-running');
assert.equal(elements['card-state'].textContent, 'component-status data-text-card-ready');

page.dispatchEvent(new Event('pagehide'));
await new Promise((done) => setTimeout(done, 50));
const before = asked;
answers = false;
await new Promise((done) => setTimeout(done, 1500));
assert.equal(asked, before, 'a page in the history asks nothing');

show(true);
await until('it has gone while the page was away', () => told.at(-1) === 'not-running');
assert.equal(status.dataset.state, 'not-running');
answers = true;
await until('the page that came back goes on looking', () => told.at(-1) === 'running');
process.exit(0);
