// The rule of a new password, part by part while it is typed: by its looks, and in words for whoever
// does not see them. The server checks again.

import { partsKept } from './password-rule.js';

const rule = document.getElementById('rule');
const said = document.getElementById('rule-said');
const parts = [...rule.querySelectorAll('[data-part]')];

document.getElementById(rule.dataset.of).addEventListener('input', ({ target }) => {
  const kept = partsKept(target.value);
  for (const part of parts) part.classList.toggle('kept', kept.includes(part.dataset.part));
  const missing = parts.filter((part) => !kept.includes(part.dataset.part));
  const { missing: before, whole } = said.dataset;
  const text = missing.length
    ? before + missing.map((part) => part.textContent).join(said.dataset.comma)
    : whole;
  if (said.textContent !== text) said.textContent = text; // said once
});
