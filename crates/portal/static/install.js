// The page that has Ankong: it leads on once Ankong runs, and says what to do until then.

import { follow, words } from './component.js';

const [next, message] = ['next', 'message'].map((id) => document.getElementById(id));
follow((state) => {
  next.disabled = state !== 'running';
  message.textContent = words(message, state);
});
