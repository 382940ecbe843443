import type { AnkongCode, CardState, State } from '../ankong.js';

/** A question to the scripted person: the call's path, the site's origin and the fields of the body. */
export interface Question {
  path: '/v1/authenticate' | '/v1/sign' | '/v1/certificates';
  origin: string;
  purpose: string;
  challenge?: string;
  idTail?: string;
  /** Base64. */
  content?: string;
  hash?: string;
  detached?: boolean;
}

export type Word = 'agrees' | AnkongCode;

export interface AnkongMock {
  /** What `detect` and `watch` find; `card-ready` at first. */
  state: State | CardState;
  /**
   * What becomes of the next questions: `agrees` at first, or the code with which they are refused. A
   * promise lets the page wait.
   */
  person: (question: Question) => Word | Promise<Word>;
  /** What the page has asked so far. */
  readonly requests: { path: string; body: unknown }[];
  /** Gives `fetch` and the rest back. */
  restore(): void;
}

/**
 * Takes the place of `fetch` for Ankong's ports. Answers are signed with the card's keys, so they
 * verify for a server that trusts the card's test authority and no other.
 */
export function mockAnkong(options: {
  /** The text of a card's file, as `virtual-card issue` writes it. */
  card: string;
  /** The origin that is put under the signature; by default the page's. */
  origin?: string;
  /** The language of `AnkongError.detail`; by default zh-TW. */
  language?: string;
}): Promise<AnkongMock>;
