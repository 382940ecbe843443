// As much of a page as gold.js looks at, and a portal that takes its time to judge.

import assert from 'node:assert/strict';

const elements = {};
const focused = [];
function element(id) {
  const place = new EventTarget();
  const attributes = {};
  return Object.assign(place, {
    dataset: { ports: '24443', formToken: 't', path: '/gold' },
    classList: { toggle: () => {} },
    getAttribute: (name) => attributes[name] ?? `${id} ${name}`,
    setAttribute: (name, value) => { attributes[name] = value; },
    focus: () => {
      focused.push(id);
      document.activeElement = elements[id];
    },
    value: '',
  });
}
const document = Object.assign(new EventTarget(), {
  hidden: false,
  getElementById: (id) => (elements[id] ??= element(id)),
});
const page = new EventTarget();
const visited = [];
let judge;
const judged = new Promise((done) => { judge = done; });
const posts = {};
const token = { format: 'web-eid:1.0', unverifiedCertificate: 'AA', algorithm: 'RS256', signature: 'AA' };
const answers = {
  '/v1/status': { service: 'ankong', version: '0.1.0', protocol: 1, state: 'card-ready' },
  '/v1/authenticate': { token },
  '/gold/challenge': { challenge: 'c', purpose: 'p', idTail: '6789' },
  '/gold/verify': { membership: 'gold' },
};
async function fetch(url, options) {
  const { pathname } = new URL(url, 'https://localhost:8443');
  posts[pathname] = options;
  if (pathname === '/gold/verify') await judged;
  options.signal?.throwIfAborted();
  return new Response(JSON.stringify(answers[pathname]));
}
const location = { hostname: 'localhost', assign: (path) => visited.push(path) };
const globals = { document, fetch, location, navigator: {}, addEventListener: page.addEventListener.bind(page) };
for (const [name, value] of Object.entries(globals)) {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}
const soon = () => new Promise((done) => setTimeout(done, 30));

await import('./gold.js');
await soon();
const { 'card-form': form, next, cancel, message } = elements;
assert.equal(elements['component-status'].dataset.state, 'running');
elements['national-id'].value = 'A123456789';
elements['national-id'].dispatchEvent(new Event('input'));
assert.equal(next.disabled, false);
next.focus();
form.dispatchEvent(new Event('submit', { cancelable: true }));
assert.equal(cancel.hidden, false, 'until the token is made, there is something to cancel');
assert.deepEqual(focused, ['next', 'cancel'], 'the button that was pressed is hidden');
await soon();

assert.ok(posts['/gold/verify'], 'the portal judges');
assert.equal(cancel.hidden, true, 'a judgement cannot be cancelled');
assert.equal(posts['/gold/verify'].signal, undefined);
cancel.dispatchEvent(new Event('click'));
page.dispatchEvent(new Event('pagehide'));
judge();
await soon();
assert.deepEqual(visited, ['/']);
assert.equal(message.textContent, 'message data-text-verifying');
process.exit(0);
