/** What can be told about Ankong on this computer. */
export interface Detected {
  /**
   * - `running`: it answers this page;
   * - `not-running`: nothing answers, its certificate is not trusted, or it does not know this site;
   * - `permission-needed`: (only from `watch`) the browser would ask the person, so nothing was looked for: call
   *   `detect` from a click;
   * - `permission-denied`: the browser was told not to let this page reach programs on this computer;
   * - `page-policy`: the page's own Permissions-Policy or iframe forbids it;
   * - `incompatible`: it speaks another version of the protocol, and no other one runs.
   */
  state: 'running' | 'not-running' | 'permission-needed' | 'permission-denied' | 'page-policy' | 'incompatible';
  /** The state of reader and card, where Ankong tells this site one that is known here. */
  card?: CardState;
  /** The port it answers on. */
  port?: number;
  /** Its version. */
  version?: string;
}

export type CardState =
  | 'no-service'
  | 'no-reader'
  | 'no-card'
  | 'unsupported-card'
  | 'card-ready'
  | 'busy';

/** The codes of Ankong's refusals, and the states in which it cannot be asked. */
export type AnkongCode =
  | 'origin-not-allowed'
  | 'bad-request'
  | 'too-large'
  | 'busy'
  | 'no-service'
  | 'no-reader'
  | 'no-card'
  | 'unsupported-card'
  | 'no-signing-module'
  | 'card-removed'
  | 'certificate-expired'
  | 'id-mismatch'
  | 'pin-blocked'
  | 'user-declined'
  | 'timed-out'
  | 'cancelled'
  | 'no-window'
  | 'internal'
  | 'not-running'
  | 'permission-denied'
  | 'page-policy'
  | 'incompatible';

/** Why there is no token. */
export class AnkongError extends Error {
  constructor(code: AnkongCode, message: string, detail?: string);
  /** Stable; decide by this. */
  readonly code: AnkongCode;
  /** A sentence for the person in the browser's language; Ankong's refusals have one. */
  readonly detail?: string;
}

/** The token of Web eID, to be posted to the site's server and judged there. */
export interface AuthToken {
  format: string;
  unverifiedCertificate: string;
  algorithm: string;
  signature: string;
  appVersion?: string;
}

export interface Answer {
  token: AuthToken;
  /** The issuers' certificates from the card, base64 of DER, nearest first. */
  chain: string[];
}

export interface LookOptions {
  /** Where to look; by default 24443, 24543 and 24643. */
  ports?: number[];
  /** Ends the look; the promise is then rejected with the signal's reason. */
  signal?: AbortSignal;
}

/**
 * Looks once, on all ports at the same time, for at most three seconds. The browser may ask the
 * person for permission: called from a click (the page has transient user activation), it waits for
 * the person's answer and then three seconds.
 */
export function detect(options?: LookOptions): Promise<Detected>;

/**
 * Tells the state now and whenever it changes, while the page is visible. It never makes the browser
 * ask: as long as the browser would, it looks for nothing and tells `permission-needed`. Pages on
 * localhost need no permission.
 * @returns a function that ends it
 */
export function watch(
  callback: (detected: Detected) => void,
  options?: { ports?: number[]; intervalMs?: number },
): () => void;

/**
 * Has the person prove with card and PIN who they are. The PIN is typed in Ankong's own window and
 * never reaches the page.
 *
 * Rejected with an `AnkongError`, or with the signal's reason where the page gave up: Ankong then
 * closes its window.
 */
export function authenticate(
  options: {
    /** From the site's server: base64, 44 to 128 characters, new for each call. */
    challenge: string;
    /** What for, shown to the person; at most 80 characters. */
    purpose: string;
    /** The last four of the national ID the person typed; Ankong compares them with the card. */
    idTail?: string;
  } & LookOptions,
): Promise<Answer>;
