// Finds the Ankong program on this computer and asks it for a person's word.
//
// The module has no texts for people: what Ankong refuses comes with a sentence in the browser's
// language (`AnkongError.detail`), and `texts.js` has sentences for every state and code.

/** Where Ankong listens, the usual port first. */
const PORTS = [24443, 24543, 24643];
/** The protocol this module speaks; Ankong names its own in every status. */
const PROTOCOL = 1;
/** How long a program that does not answer is waited for, where no person is being asked. */
const PATIENCE_MS = 3000;
/** How often is looked whether the person has answered the browser's question. */
const QUESTION_MS = 200;
/** Under this name the browser remembers that Ankong has answered this site once. */
const MEMORY = 'ankong-answered';

/** What may be done about a code. */
const KINDS = {
  'not-installed': ['not-installed'],
  'not-running': ['not-running'],
  permission: ['permission-needed', 'permission-denied', 'permission-dismissed'],
  'page-policy': ['page-policy'],
  'not-trusted': ['not-trusted'],
  'not-allowed': ['origin-not-allowed'],
  incompatible: ['incompatible'],
  declined: ['user-declined', 'timed-out', 'cancelled', 'muted'],
  busy: ['busy'],
  card: [
    'no-service', 'no-reader', 'no-card', 'unsupported-card', 'no-signing-module', 'card-removed',
    'certificate-expired', 'id-mismatch', 'pin-blocked',
  ],
  site: ['bad-request', 'too-large', 'unsupported-hash'],
  fault: ['no-window', 'internal'],
};

/** The states in which there is nobody to ask. */
const REASONS = {
  'not-installed': 'Ankong does not answer on this computer and never has in this browser',
  'not-running': 'Ankong does not answer on this computer',
  'permission-denied': 'the browser was told not to let this page reach programs on this computer',
  'permission-dismissed': "the browser's question was put away without an answer",
  'page-policy': "the page's Permissions-Policy, Content-Security-Policy or iframe does not allow it",
  'not-trusted': "this browser does not trust Ankong's certificate for localhost",
  'origin-not-allowed': 'Ankong does not know this site',
  incompatible: 'this Ankong speaks another version of the protocol',
};

/** What a status may say of reader and card; a state of later versions is passed over. */
const CARD_STATES = ['no-service', 'no-reader', 'no-card', 'unsupported-card', 'card-ready', 'busy'];

export class AnkongError extends Error {
  constructor(code, message, detail) {
    super(message);
    this.name = 'AnkongError';
    this.code = code;
    this.kind = Object.keys(KINDS).find((kind) => KINDS[kind].includes(code)) ?? 'fault';
    this.detail = detail;
  }
}

export async function detect({ ports = PORTS, signal } = {}) {
  return look(ports, signal, navigator.userActivation?.isActive ?? true);
}

export function watch(callback, { ports = PORTS, intervalMs = 1000, signal } = {}) {
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

  const stop = () => {
    clearTimeout(timer);
    stopping.abort();
  };
  if (signal?.aborted) return stop;
  signal?.addEventListener('abort', stop, { signal: stopping.signal });
  document.addEventListener('visibilitychange', turn, { signal: stopping.signal });
  turn();
  return stop;
}

export async function authenticate({ challenge, purpose, idTail, ...where }) {
  const answer = await ask('authenticate', { challenge, purpose, idTail }, where);
  const { token, chain = [] } = answer;
  const fields = ['format', 'unverifiedCertificate', 'algorithm', 'signature'];
  expect(fields.every((field) => isText(token?.[field])) && isList(chain));
  return { token, chain };
}

export async function sign({ content, hash = 'SHA-256', detached = false, purpose, ...where }) {
  const body = { content: base64(content), hash, detached, purpose };
  const { cms, certificate, chain = [] } = await ask('sign', body, where);
  expect([cms, certificate].every(isText) && isList(chain));
  return { cms, certificate, chain };
}

export async function certificates({ purpose, ...where }) {
  const { signing, encryption, chain = [] } = await ask('certificates', { purpose }, where);
  expect(isText(signing) && (encryption === undefined || isText(encryption)) && isList(chain));
  return { signing, ...(encryption && { encryption }), chain };
}

/** The answer of a call that asks a person. */
async function ask(call, body, { ports, signal }) {
  const { state, port } = await detect({ ports, signal });
  if (state !== 'running') throw new AnkongError(state, REASONS[state]);

  let response;
  try {
    response = await request(port, `/v1/${call}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    });
  } catch {
    signal?.throwIfAborted();
    throw new AnkongError('not-running', 'the connection to Ankong was lost');
  }
  const answer = (await response.json().catch(() => undefined)) ?? {};
  signal?.throwIfAborted();
  if (response.ok && answer.code === undefined) return answer;
  const title = text(answer.title) ?? `Ankong answered ${response.status}`;
  throw new AnkongError(text(answer.code) ?? 'internal', title, text(answer.detail));
}

function expect(isRight) {
  if (!isRight) throw new AnkongError('internal', 'Ankong answered something else than was asked');
}

/** `clicked`: a person has just asked for it, and may be asked back by the browser. */
async function look(ports, signal, clicked) {
  signal?.throwIfAborted();
  if (forbiddenByPage()) return { state: 'page-policy' };
  let blocked = false;
  const onViolation = ({ blockedURI, disposition }) => {
    blocked ||= disposition === 'enforce' && blockedURI.startsWith('https://localhost:');
  };
  document.addEventListener('securitypolicyviolation', onViolation);
  try {
    const unreadable = [];
    const found =
      (await bestAnswer(ports, signal, clicked, unreadable)) ??
      (await silence(unreadable, signal, clicked));
    signal?.throwIfAborted();
    if (found.port || isHalfway(found)) remember();
    return blocked && !found.port ? { state: 'page-policy' } : found;
  } finally {
    document.removeEventListener('securitypolicyviolation', onViolation);
  }
}

/**
 * One round trip: all ports at once. The first that runs wins, before any of another version. Ports
 * from which the page may read nothing are put into `unreadable`.
 */
async function bestAnswer(ports, signal, clicked, unreadable) {
  let incompatible;
  const attempts = ports.map((port) => async (ending) => {
    const found = await status(port, ending, unreadable);
    if (found.state === 'running') return found;
    incompatible ??= found;
    throw new Error('another version');
  });
  return (await firstOf(attempts, signal, clicked)) ?? incompatible;
}

/** The first of the attempts that succeeds, if one does; the others are given up. */
async function firstOf(attempts, signal, clicked = false) {
  const ending = new AbortController();
  const end = () => ending.abort();
  signal?.addEventListener('abort', end);
  patience(ending.signal, clicked).then(end);
  try {
    return await Promise.any(attempts.map((attempt) => attempt(ending.signal)));
  } catch {
    return undefined;
  } finally {
    signal?.removeEventListener('abort', end);
    end();
  }
}

/** Why no port gave an answer the page may read. */
async function silence(unreadable, signal, clicked) {
  signal?.throwIfAborted();
  if (await isDenied()) return { state: 'permission-denied' };
  const mayAsk = await wouldAsk();
  if (mayAsk && wasAsked(unreadable)) return { state: 'permission-dismissed' };
  // It was not asked about any port that refused the connection or has a certificate that is not trusted; it may be
  // about the latter, where a click began it.
  const found = mayAsk && !clicked ? undefined : await halfway(unreadable, signal, clicked);
  if (await isDenied()) return { state: 'permission-denied' };
  return found ?? { state: remembered() ? 'not-running' : 'not-installed' };
}

/**
 * An answer that the page may not read still tells two things apart: over HTTPS, Ankong is there and
 * does not know this site; over plain HTTP only, the browser does not believe its certificate.
 */
async function halfway(unreadable, signal, clicked) {
  const knock = (scheme, state) => ({ port }) => async (ending) => {
    // Fetch standard section 4.1: a request without CORS has to follow redirects.
    const silent = { mode: 'no-cors', redirect: 'follow', signal: ending };
    await fetch(`${scheme}://localhost:${port}/`, options(silent));
    return { state };
  };
  const heard = await firstOf(unreadable.map(knock('https', 'origin-not-allowed')), signal, clicked);
  return heard ?? firstOf(unreadable.map(knock('http', 'not-trusted')), signal, clicked);
}

/**
 * Whether the browser asked the person, who put the question away: no browser says so, and only time tells. A port where
 * nobody listens fails at once (on Windows after two seconds), one that was asked about when the question goes.
 */
function wasAsked(unreadable) {
  const times = unreadable.map(({ after }) => after);
  const last = Math.max(...times);
  return last > PATIENCE_MS || last - Math.min(...times) > QUESTION_MS;
}

const isHalfway = ({ state }) => state === 'origin-not-allowed' || state === 'not-trusted';

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

async function status(port, signal, unreadable) {
  const begun = performance.now();
  let response;
  try {
    response = await request(port, '/v1/status', { signal });
  } catch (error) {
    if (!signal.aborted) unreadable.push({ port, after: performance.now() - begun });
    throw error;
  }
  const { service, protocol, version, state } = await response.json();
  if (!response.ok || service !== 'ankong') throw new Error('another program');
  const found = { port, ...(text(version) && { version }) };
  if (protocol !== PROTOCOL) return { state: 'incompatible', ...found };
  return { state: 'running', ...found, ...(CARD_STATES.includes(state) && { card: state }) };
}

function request(port, path, more) {
  return fetch(`https://localhost:${port}${path}`, options(more));
}

/** Browsers older than the word `loopback` throw at it, so it is tried on a request not sent. */
function options(more) {
  const all = { cache: 'no-store', credentials: 'omit', redirect: 'error', ...more };
  const loopback = { targetAddressSpace: 'loopback' };
  try {
    new Request('https://localhost/', loopback);
    return { ...all, ...loopback };
  } catch {
    return all;
  }
}

function isText(value) {
  return typeof value === 'string';
}

function text(value) {
  return isText(value) ? value : undefined;
}

function isList(chain) {
  return Array.isArray(chain) && chain.every(isText);
}

/** RFC 4648 section 4, of bytes or of a text's UTF-8. */
function base64(content) {
  const bytes = isText(content)
    ? new TextEncoder().encode(content)
    : new Uint8Array(content.buffer ?? content, content.byteOffset, content.byteLength);
  let binary = '';
  // In pieces, because a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 8192) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(binary);
}

/** A page of this computer needs no permission. */
function isLocal() {
  return ['localhost', '127.0.0.1', '[::1]'].includes(location.hostname);
}

/** Whether a look makes the browser ask the person. */
async function wouldAsk() {
  return !isLocal() && (await permission()) === 'prompt';
}

async function isDenied() {
  return (await permission()) === 'denied';
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

/** Where the browser keeps nothing for this page, Ankong counts as never seen. */
function remembered() {
  try {
    return localStorage.getItem(MEMORY) !== null;
  } catch {
    return false;
  }
}

function remember() {
  try {
    localStorage.setItem(MEMORY, '1');
  } catch {
    // The next silence then reads as `not-installed`.
  }
}
