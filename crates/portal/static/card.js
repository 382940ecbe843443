// A page that asks for the card: one attempt at a time, from a challenge of the portal's over the
// person's word in Ankong's window to the portal's judgement. All its words stand in the page.

import { AnkongError, authenticate } from './ankong.js';
import { withCode } from './code.js';
import { follow, ports, words } from './component.js';

const element = (id) => document.getElementById(id);
const [form, next, cancel, message] = ['card-form', 'next', 'cancel', 'message'].map(element);

/** What this page sends beside challenge and token; whether that is whole; who else wants to know. */
const page = { fields: () => ({}), isReady: () => true, changed: () => {} };
let state;
let attempt;
/** From the moment the token is on its way the portal decides, and nobody can take it back. */
let judging = false;

/** Says how this page differs from one that asks for the card and nothing else. */
export function adapt(differences) {
  Object.assign(page, differences);
  refresh();
}

export function refresh() {
  next.disabled = Boolean(attempt) || state !== 'running' || !page.isReady();
  next.hidden = Boolean(attempt);
  cancel.hidden = !attempt || judging;
  page.changed(Boolean(attempt));
}

export function say(text, isRefusal = false) {
  message.setAttribute('role', isRefusal ? 'alert' : 'status');
  message.classList.toggle('refusal', isRefusal);
  message.textContent = text;
}

/** What is to be done about Ankong, if anything is. */
export const sayState = () => say(words(message, state), state !== 'running');

export const sayCode = (code) => say(words(message, code), true);

/** A refusal of the portal; like Ankong's, it comes with a sentence. */
class PortalError extends Error {
  constructor(detail, code) {
    super('the portal refused');
    Object.assign(this, { detail, code });
  }
}

async function post(path, body, signal) {
  let response;
  try {
    response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-form-token': form.dataset.formToken },
      body: JSON.stringify(body),
      signal,
    });
  } catch {
    signal?.throwIfAborted();
    throw new PortalError(words(message, 'offline'), 'offline');
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw new PortalError(answer.detail ?? words(message, 'internal'), answer.code ?? 'internal');
  }
  return answer;
}

async function prove(signal) {
  const { path } = form.dataset;
  const fields = page.fields();
  const asked = await post(`${path}/challenge`, fields, signal);
  say(words(message, 'working'));
  const { token } = await authenticate({ ...asked, ports, signal });
  signal.throwIfAborted();
  judging = true;
  refresh();
  say(words(message, 'verifying'));
  await post(`${path}/verify`, { ...fields, challenge: asked.challenge, token });
  location.assign('/');
}

function sentence(error) {
  if (error instanceof PortalError) return withCode(error.detail, error.code);
  if (error.name === 'AbortError') return words(message, 'cancelled');
  const code = error instanceof AnkongError ? error.code : 'internal';
  return withCode(error.detail || words(message, code) || words(message, 'internal'), code);
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  if (next.disabled) return;
  attempt = new AbortController();
  // Who pressed the button finds another in its place; who pressed Enter in a field stays there.
  const wasPressed = document.activeElement === next;
  refresh();
  if (wasPressed) cancel.focus();
  say('');
  try {
    await prove(attempt.signal);
  } catch (error) {
    say(sentence(error), true);
  } finally {
    attempt = undefined;
    judging = false;
    refresh();
    if (wasPressed) next.focus();
  }
});

cancel.addEventListener('click', () => attempt?.abort());
addEventListener('pagehide', () => attempt?.abort());

follow((found) => {
  // What an attempt came to stands until Ankong comes or goes; a card that is pulled changes nothing about it.
  const isNew = found !== state;
  state = found;
  if (isNew && !attempt) sayState();
  refresh();
});
