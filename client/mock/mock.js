// Ankong for the tests of a site, without program, reader and person: it takes the place of `fetch` for
// Ankong's ports, in a page or in Node, and answers with a card of `virtual-card issue`.
//
// It listens on nothing and is trusted by no browser, so nothing of it can get between a person and a
// card. What it does not show: the browser's question for permission, certificates, and the window.

import { sentence } from '../texts.js';
import { CALLS, fault, obstacle } from './calls.js';
import { readCard } from './card.js';
import { HTTP_STATUS } from './refusals.js';

const PORTS = ['24443', '24543', '24643'];
const CARD_STATES = ['no-service', 'no-reader', 'no-card', 'unsupported-card', 'card-ready', 'busy'];
/** `ankong.js` remembers under this name that Ankong has answered. */
const MEMORY = 'ankong-answered';

export async function mockAnkong({ card, origin = globalThis.location?.origin, language = 'zh-TW' }) {
  const inReader = await readCard(card);
  const restore = [replace(globalThis, 'fetch', answer)];
  const fetchElsewhere = restore[0].before;
  let asking = false;

  const ankong = {
    state: 'card-ready',
    person: () => 'agrees',
    requests: [],
    restore: () => restore.forEach((undo) => undo()),
  };
  standIn(restore, origin);
  restore.push(replace(navigator, 'permissions', { query: async () => ({ state: permission() }) }));

  function permission() {
    const states = {
      'permission-needed': 'prompt', 'permission-dismissed': 'prompt', 'permission-denied': 'denied',
    };
    return states[ankong.state] ?? 'granted';
  }

  async function answer(address, options = {}) {
    const { protocol, hostname, port, pathname } = new URL(address, origin);
    if (hostname !== 'localhost' || !PORTS.includes(port)) return fetchElsewhere(address, options);
    options.signal?.throwIfAborted();
    const isAnkong = port === PORTS[0];
    // The question stands on the screen for a moment.
    if (isAnkong && ankong.state === 'permission-dismissed') await new Promise((gone) => setTimeout(gone, 300));
    if (!isAnkong || !reaches(protocol, options.mode ?? 'cors')) throw new TypeError('Failed to fetch');
    if (options.mode === 'no-cors') return new Response(null);
    if (pathname === '/v1/status') return json(status());
    return call(pathname, options);
  }

  /** Whether the browser would get an answer for the page. */
  function reaches(protocol, mode) {
    if (ankong.state === 'not-installed') globalThis.localStorage?.removeItem(MEMORY);
    if (ankong.state === 'not-running') globalThis.localStorage?.setItem(MEMORY, '1');
    if (ankong.state === 'page-policy') {
      const violation = { blockedURI: `https://localhost:${PORTS[0]}`, disposition: 'enforce' };
      document.dispatchEvent(Object.assign(new Event('securitypolicyviolation'), violation));
    }
    const ways = { 'origin-not-allowed': ['https: no-cors'], 'not-trusted': ['http: no-cors'] };
    const open = [...CARD_STATES, 'running', 'incompatible'].includes(ankong.state);
    return ways[ankong.state]?.includes(`${protocol} ${mode}`) ?? (open && protocol === 'https:');
  }

  function status() {
    const state = CARD_STATES.includes(ankong.state) ? ankong.state : 'running';
    return { service: 'ankong', version: 'mock', protocol: ankong.state === 'incompatible' ? 2 : 1, state };
  }

  async function call(path, { body: text, signal }) {
    const body = JSON.parse(text);
    ankong.requests.push({ path, body });
    const wrong = CALLS[path] ? fault(CALLS[path], body) : { code: 'bad-request', title: 'no such call' };
    if (wrong) return refusal(wrong.code, wrong.title);
    if (asking) return refusal('busy');
    if (ankong.state !== 'running' && ankong.state !== 'card-ready') return refusal(ankong.state);
    const early = ['certificate-expired', 'pin-blocked', 'unsupported-hash'];
    const why = obstacle(inReader, path, body, Date.now());
    if (early.includes(why)) return refusal(why);
    asking = true;
    try {
      const word = await unlessAborted(ankong.person({ path, origin, ...body }), signal);
      if (word !== 'agrees') return refusal(word);
      return why ? refusal(why) : json(await CALLS[path].answer(inReader, body, origin));
    } finally {
      asking = false;
    }
  }

  function refusal(code, title = code) {
    const http = HTTP_STATUS[code];
    if (!http) throw new Error(`"${code}" is neither "agrees" nor a code of docs/errors.md`);
    const problem = { type: 'about:blank', title, status: http, code, detail: sentence(code, language) };
    return json(problem, http, 'application/problem+json');
  }

  return ankong;
}

function json(body, status = 200, type = 'application/json') {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': type } });
}

/** A person's word, or the reason for which the page gave up. */
function unlessAborted(word, signal) {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason);
    signal?.addEventListener('abort', giveUp);
    if (signal?.aborted) giveUp();
    Promise.resolve(word).then(resolve, reject);
  });
}

/** What a page has and Node has not, as far as `ankong.js` looks at it. */
function standIn(restore, origin) {
  const page = {
    document: () => Object.assign(new EventTarget(), { hidden: false }),
    location: () => new URL(origin),
    navigator: () => ({ language: 'zh-TW' }),
  };
  for (const [name, make] of Object.entries(page)) {
    if (globalThis[name] === undefined) restore.push(replace(globalThis, name, make()));
  }
}

/** Puts a value in the place of a property; the function that comes back undoes that. */
function replace(object, name, value) {
  const before = Object.getOwnPropertyDescriptor(object, name);
  const undo = () => (before ? Object.defineProperty(object, name, before) : delete object[name]);
  undo.before = object[name]?.bind?.(object);
  Object.defineProperty(object, name, { value, configurable: true, writable: true });
  return undo;
}
