// The pages of the registration: the tick that opens the way, and the code. The server checks all of it
// again.

import { withCode } from './code.js';
import { puzzle, recaptcha } from './robot.js';

const element = (id) => document.getElementById(id);

const notice = element('notice');
if (notice) {
  const refresh = () => {
    element('next').disabled = !element('accepted').checked;
  };
  element('accepted').addEventListener('change', refresh);
  // A page that comes back from the history has its tick already.
  addEventListener('pageshow', refresh);
}

const contact = element('contact');
if (contact) {
  const [send, message] = ['send', 'message'].map(element);
  const words = contact.dataset;
  const robot = element('recaptcha') ? recaptcha(element('recaptcha')) : puzzle(element('robot'));

  const say = (text, isRefusal) => {
    message.setAttribute('role', isRefusal ? 'alert' : 'status');
    message.textContent = text;
  };

  const ask = async (path, options) => {
    const response = await fetch(path, options);
    const answer = await response.json();
    if (!response.ok) throw new Error(withCode(answer.detail, answer.code));
    return answer;
  };

  const askForCode = async () => {
    const proof = await robot.proof(() => ask('/join/robot'));
    return ask('/join/code', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-form-token': words.formToken },
      body: JSON.stringify({ account: element('account').value, robot: proof }),
    });
  };

  // Letters and digits as wide as a Chinese character are what is typed by whoever has just written Chinese.
  for (const field of [element('account'), element('code')]) {
    field.addEventListener('change', () => {
      field.value = field.value.normalize('NFKC').trim();
    });
  }

  send.addEventListener('click', async () => {
    if (!element('account').reportValidity()) return;
    if (!robot.isReady()) {
      say(words.textTick, true);
      robot.focus();
      return;
    }
    send.disabled = true;
    say(words.textSending, false);
    try {
      const { nextIn } = await askForCode();
      send.textContent = words.textAgain;
      say(words.textSent, false);
      element('code').focus();
      setTimeout(() => {
        send.disabled = false;
      }, nextIn * 1000);
    } catch (error) {
      say((error.name === 'Error' && error.message) || words.textFailed, true);
      send.disabled = false;
    }
  });
}
