// The page that has Ankong: it leads on once Ankong runs.

import { follow } from './component.js';

const next = document.getElementById('next');
follow((running) => {
  next.disabled = !running;
});
