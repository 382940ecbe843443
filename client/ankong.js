// Finds the Ankong program on this computer and asks it for a person's word.
//
// The module has no texts for people: what Ankong refuses comes with a sentence in the browser's
// language (`AnkongError.detail`), and the states have names the page puts its own words to.

/** Where Ankong listens, the usual port first. */
const PORTS = [24443, 24543, 24643];
/** The protocol this module speaks; Ankong names its own in every status. */
const PROTOCOL = 1;
/** How long a program that does not answer is waited for, where no person is being asked. */
const PATIENCE_MS = 3000;

const REASONS = {
  'not-running': 'Ankong does not answer on this computer',
  'permission-denied': 'the browser was told not to let this page reach programs on this computer',
  'page-policy': "the page's Permissions-Policy or iframe does not allow loopback-network",
  incompatible: 'this Ankong speaks another version of the protocol',
};

/** Set once the page has asked by itself, so that `watch` may let the browser ask the person. */
let mayAsk = false;

export class AnkongError extends Error {
  constructor(code, message, detail) {
    super(message);
    this.name = 'AnkongError';
    this.code = code;
    this.detail = detail;
  }
}

export async function detect({ ports = PORTS, signal } = {}) {
  mayAsk = true;
  return look(ports, signal);
}

export function watch(callback, { ports = PORTS, intervalMs = 1000 } = {}) {
  const stopping = new AbortController();
  let timer;
  let busy = false;
  let last;

  const turn = async () => {
    if (busy || document.hidden) return;
    busy = true;
    clearTimeout(timer);
    try {
      const ask = await wouldAsk();
      const found = ask ? { state: 'permission-needed' } : await look(ports, stopping.signal);
      const text = JSON.stringify(found);
      if (stopping.signal.aborted || text === last) return;
      last = text;
      callback(found);
    } catch (error) {
      if (!stopping.signal.aborted) reportError(error);
    } finally {
      busy = false;
      if (!stopping.signal.aborted) timer = setTimeout(turn, intervalMs);
    }
  };

  document.addEventListener('visibilitychange', turn, { signal: stopping.signal });
  turn();
  return () => {
    clearTimeout(timer);
    stopping.abort();
  };
}

export async function authenticate({ challenge, purpose, idTail, ports = PORTS, signal }) {
  const { state, port } = await detect({ ports, signal });
  if (state !== 'running') throw new AnkongError(state, REASONS[state]);

  let response;
  try {
    response = await request(port, '/v1/authenticate', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ challenge, purpose, idTail }),
      signal,
    });
  } catch {
    signal?.throwIfAborted();
    throw new AnkongError('not-running', 'the connection to Ankong was lost');
  }
  const answer = (await response.json().catch(() => undefined)) ?? {};
  signal?.throwIfAborted();
  if (response.ok && answer.token) return { token: answer.token, chain: answer.chain ?? [] };
  const { code = 'internal', title = `Ankong answered ${response.status}`, detail } = answer;
  throw new AnkongError(code, title, detail);
}

async function look(ports, signal) {
  signal?.throwIfAborted();
  if (forbiddenByPage()) return { state: 'page-policy' };
  // While the person reads the browser's question the fetch stays open: no hurry then.
  const patience = (await permission()) === 'prompt' ? undefined : PATIENCE_MS;
  const found = await firstAnswer(ports, signal, patience);
  signal?.throwIfAborted();
  if (found) return found;
  return { state: (await permission()) === 'denied' ? 'permission-denied' : 'not-running' };
}

/** One round trip: all ports at once, and the first Ankong wins. */
async function firstAnswer(ports, signal, patience) {
  const ending = new AbortController();
  const end = () => ending.abort();
  signal?.addEventListener('abort', end);
  const timer = patience && setTimeout(end, patience);
  try {
    return await Promise.any(ports.map((port) => status(port, ending.signal)));
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
    end();
  }
}

async function status(port, signal) {
  const response = await request(port, '/v1/status', { signal });
  const answer = await response.json();
  if (!response.ok || answer.service !== 'ankong') throw new Error('another program');
  const { version, state } = answer;
  if (answer.protocol !== PROTOCOL) return { state: 'incompatible', port, version };
  return { state: 'running', port, version, ...(state !== 'running' && { card: state }) };
}

function request(port, path, options) {
  return fetch(`https://localhost:${port}${path}`, {
    cache: 'no-store',
    credentials: 'omit',
    redirect: 'error',
    ...loopback(),
    ...options,
  });
}

/** Browsers older than the word `loopback` throw at it, so it is tried on a request not sent. */
function loopback() {
  const option = { targetAddressSpace: 'loopback' };
  try {
    new Request('https://localhost/', option);
    return option;
  } catch {
    return {};
  }
}

/** Whether looking would make the browser put a question to a person who clicked on nothing. */
async function wouldAsk() {
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(location.hostname);
  return !mayAsk && !isLocal && (await permission()) === 'prompt';
}

/** 'granted', 'denied' or 'prompt'; 'unknown' where the browser has no such permission. */
async function permission() {
  for (const name of ['loopback-network', 'local-network-access']) {
    try {
      return (await navigator.permissions.query({ name })).state;
    } catch {
      // This browser does not know the name.
    }
  }
  return 'unknown';
}

function forbiddenByPage() {
  const policy = document.permissionsPolicy ?? document.featurePolicy;
  return Boolean(policy?.features().includes('loopback-network') && !policy.allowsFeature('loopback-network'));
}
