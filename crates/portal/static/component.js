// Whether Ankong runs, at the lower right of a page: from its first sight on, live, and again when the
// page comes back from the history.

import { detect, watch } from './ankong.js';

const element = (id) => document.getElementById(id);
const [status, look] = ['component-status', 'look'].map(element);

/** Where this page looks for Ankong. */
export const ports = status.dataset.ports.split(' ').map(Number);

/** The words of a state or a code at a place of the page. */
export const words = (place, code) => place.getAttribute(`data-text-${code}`) ?? '';

/** Shows the state, and calls `changed` with it, at each change of it or of the card. */
export function follow(changed) {
  let stop;

  const show = ({ state, card }) => {
    status.dataset.state = state;
    status.dataset.card = card ?? '';
    element('component-state').textContent = words(status, state);
    element('card-state').textContent = card ? words(status, card) : '';
    changed(state);
  };

  const begin = () => {
    stop = watch(
      (found) => {
        // Where the browser would ask, looking takes a click each time: the watch does not look then.
        look.hidden = found.state !== 'permission-needed';
        show(found);
      },
      { ports },
    );
  };

  look.addEventListener('click', async () => show(await detect({ ports })));
  // A page in the history shows what was true when it was left, and what it asked meanwhile is lost.
  addEventListener('pagehide', () => stop());
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) begin();
  });
  begin();
}
