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
/** How often is looked whether the person has answered the browser's question. */
const QUESTION_MS = 200;

const REASONS = {
  'not-running': 'Ankong does not answer on this computer',
  'permission-denied': 'the browser was told not to let this page reach programs on this computer',
  'page-policy': "the page's Permissions-Policy or iframe does not allow loopback-network",
  incompatible: 'this Ankong speaks another version of the protocol',
};

/** What a status may say of reader and card; a state of later versions is passed over. */
const CARD_STATES = ['no-service', 'no-reader', 'no-card', 'unsupported-card', 'card-ready', 'busy'];

export class AnkongError extends Error {
  constructor(code, message, detail) {
    super(message);
    this.name = 'AnkongError';
    this.code = code;
    this.detail = detail;
  }
}

export async function detect({ ports = PORTS, signal } = {}) {
  return look(ports, signal, navigator.userActivation?.isActive ?? true);
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
      const found = (await wouldAsk())
        ? { state: 'permission-needed' }
        : await look(ports, stopping.signal, false);
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
  const { token, chain = [] } = answer;
  if (response.ok && isToken(token) && isList(chain)) return { token, chain };
  const code = text(answer.code) ?? 'internal';
  const title = text(answer.title) ?? `Ankong answered ${response.status}`;
  throw new AnkongError(code, title, text(answer.detail));
}

/** `clicked`: a person has just asked for it, and may be asked back by the browser. */
async function look(ports, signal, clicked) {
  signal?.throwIfAborted();
  if (forbiddenByPage()) return { state: 'page-policy' };
  const found = await bestAnswer(ports, signal, clicked);
  signal?.throwIfAborted();
  if (found) return found;
  return { state: (await permission()) === 'denied' ? 'permission-denied' : 'not-running' };
}

/** One round trip: all ports at once. The first that runs wins, before any of another version. */
async function bestAnswer(ports, signal, clicked) {
  const ending = new AbortController();
  const end = () => ending.abort();
  signal?.addEventListener('abort', end);
  patience(ending.signal, clicked).then(end);
  let incompatible;
  const running = async (port) => {
    const found = await status(port, ending.signal);
    if (found.state === 'running') return found;
    incompatible ??= found;
    throw new Error('another version');
  };
  try {
    return await Promise.any(ports.map(running));
  } catch {
    return incompatible;
  } finally {
    signal?.removeEventListener('abort', end);
    end();
  }
}

/** While the person reads the browser's question the fetches stay open: no hurry then. */
async function patience(signal, clicked) {
  while (clicked && !signal.aborted && (await wouldAsk())) await pause(QUESTION_MS, signal);
  await pause(PATIENCE_MS, signal);
}

function pause(ms, signal) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, signal.aborted ? 0 : ms);
    signal.addEventListener('abort', done);
  });
}

async function status(port, signal) {
  const response = await request(port, '/v1/status', { signal });
  const { service, protocol, version, state } = await response.json();
  if (!response.ok || service !== 'ankong') throw new Error('another program');
  const found = { port, ...(text(version) && { version }) };
  if (protocol !== PROTOCOL) return { state: 'incompatible', ...found };
  return { state: 'running', ...found, ...(CARD_STATES.includes(state) && { card: state }) };
}

function text(value) {
  return typeof value === 'string' ? value : undefined;
}

function isToken(token) {
  const fields = ['format', 'unverifiedCertificate', 'algorithm', 'signature'];
  return typeof token === 'object' && fields.every((field) => typeof token?.[field] === 'string');
}

function isList(chain) {
  return Array.isArray(chain) && chain.every((certificate) => typeof certificate === 'string');
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

/** Whether a look makes the browser ask the person. A page of this computer needs no permission. */
async function wouldAsk() {
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(location.hostname);
  return !isLocal && (await permission()) === 'prompt';
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
