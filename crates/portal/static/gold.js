// The page of the card: takes a member from a typed national ID to gold.
// All its words stand in the page, by state and by code.

import { AnkongError, authenticate } from './ankong.js';
import { follow, ports, words } from './component.js';
import { slipIn } from './national-id.js';

const element = (id) => document.getElementById(id);
const [form, id, next, cancel] = ['gold', 'national-id', 'next', 'cancel'].map(element);
const message = element('message');

let running = false;
let attempt;
/** From the moment the token is on its way the portal decides, and nobody can take it back. */
let judging = false;

function refresh() {
  next.disabled = Boolean(attempt) || !running || slipIn(id.value) !== undefined;
  next.hidden = Boolean(attempt);
  cancel.hidden = !attempt || judging;
  id.readOnly = Boolean(attempt);
}

function say(text, isRefusal = false) {
  message.setAttribute('role', isRefusal ? 'alert' : 'status');
  message.classList.toggle('refusal', isRefusal);
  message.textContent = text;
}

/** A refusal of the portal; like Ankong's, it comes with a sentence. */
class PortalError extends Error {
  constructor(detail) {
    super('the portal refused');
    this.detail = detail;
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
    throw new PortalError(words(message, 'offline'));
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new PortalError(answer.detail ?? words(message, 'internal'));
  return answer;
}

async function becomeGold(signal) {
  const nationalId = id.value;
  const asked = await post('/gold/challenge', { nationalId }, signal);
  say(words(message, 'working'));
  const { token } = await authenticate({ ...asked, ports, signal });
  signal.throwIfAborted();
  judging = true;
  refresh();
  say(words(message, 'verifying'));
  await post('/gold/verify', { challenge: asked.challenge, nationalId, token });
  location.assign('/');
}

function sentence(error) {
  if (error.detail) return error.detail;
  if (error.name === 'AbortError') return words(message, 'cancelled');
  return (error instanceof AnkongError && words(message, error.code)) || words(message, 'internal');
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  if (next.disabled) return;
  attempt = new AbortController();
  refresh();
  say('');
  try {
    await becomeGold(attempt.signal);
  } catch (error) {
    say(sentence(error), true);
  } finally {
    attempt = undefined;
    judging = false;
    refresh();
  }
});

id.addEventListener('input', () => {
  say('');
  refresh();
});
id.addEventListener('change', () => {
  const slip = id.value ? slipIn(id.value) : undefined;
  if (slip) say(words(message, slip), true);
});
cancel.addEventListener('click', () => attempt?.abort());
addEventListener('pagehide', () => attempt?.abort());

follow((runs) => {
  running = runs;
  refresh();
});
