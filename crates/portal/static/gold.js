// The page of the card for a member: beside the card it takes the national ID.

import { adapt, refresh, sayCode, sayState } from './card.js';
import { slipIn } from './national-id.js';

const id = document.getElementById('national-id');

adapt({
  fields: () => ({ nationalId: id.value }),
  isReady: () => slipIn(id.value) === undefined,
  changed: (isBusy) => {
    id.readOnly = isBusy;
  },
});

id.addEventListener('input', () => {
  sayState();
  refresh();
});
id.addEventListener('change', () => {
  const slip = id.value ? slipIn(id.value) : undefined;
  if (slip) sayCode(slip);
});
