// A site's code in TypeScript; `tsc` judges it. What must not compile stands below @ts-expect-error.

import {
  AnkongError, authenticate, certificates, detect, sign, watch,
  type AnkongCode, type Authenticated, type CardState, type Detected, type Kind, type State,
} from 'ankong';
import { mockAnkong, type AnkongMock } from 'ankong/mock';
import { TEXTS, sentence } from 'ankong/texts.js';

export async function signIn(challenge: string): Promise<string> {
  const page = new AbortController();
  const found: Detected = await detect({ signal: page.signal, ports: [24443] });
  const state: State = found.state;
  const card: CardState | undefined = found.card;
  const stop: () => void = watch(({ state }) => console.log(sentence(state, 'zh-TW')), { intervalMs: 500, signal: page.signal });
  stop();
  console.log(state, card, found.port?.toFixed(), TEXTS.en['no-card'], TEXTS['zh-TW'].running);
  try {
    const { token, chain }: Authenticated = await authenticate({ challenge, purpose: '登入', idTail: '6789' });
    return token.signature + chain.join();
  } catch (error) {
    if (error instanceof AnkongError) return told(error.kind, error.code) + (error.detail ?? '');
    throw error;
  }
}

/** A switch over kinds is whole: another kind would be a type other than `never` here. */
function told(kind: Kind, code: AnkongCode): string {
  switch (kind) {
    case 'not-installed':
    case 'not-running':
    case 'permission':
    case 'page-policy':
    case 'not-trusted':
    case 'not-allowed':
    case 'incompatible':
    case 'declined':
    case 'busy':
    case 'card':
    case 'site':
    case 'fault':
      return sentence(code);
    default:
      return kind satisfies never;
  }
}

export async function signed(bytes: Uint8Array): Promise<string[]> {
  const { cms, certificate } = await sign({ content: bytes, hash: 'SHA-384', detached: true, purpose: '簽署' });
  const { signing, encryption } = await certificates({ purpose: '讀取憑證' });
  return [cms, certificate, signing, encryption ?? ''];
}

export async function inTests(card: string): Promise<void> {
  const ankong: AnkongMock = await mockAnkong({ card, origin: 'https://portal.example' });
  ankong.state = 'no-card';
  ankong.person = async ({ purpose }) => (purpose === '' ? 'user-declined' : 'agrees');
  ankong.restore();
}

export function mistakes(): void {
  // @ts-expect-error a purpose is shown to the person, so there has to be one
  void authenticate({ challenge: '' });
  // @ts-expect-error no such hash
  void sign({ content: '', purpose: '', hash: 'SHA-1' });
  // @ts-expect-error no such code
  new AnkongError('no-such-code', '');
  // @ts-expect-error a PIN has no place in a page
  void authenticate({ challenge: '', purpose: '', pin: '' });
  // @ts-expect-error a code is not assigned
  new AnkongError('busy', '').code = 'internal';
}
