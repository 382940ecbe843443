/** What can be told about Ankong on this computer. */
export interface Detected {
  state: State;
  /** The state of reader and card, where Ankong tells this site one that is known here. */
  card?: CardState;
  /** The port it answers on. */
  port?: number;
  /** Its version. */
  version?: string;
}

/**
 * - `running`: it answers this page;
 * - `not-installed`: nothing answers, and in this browser nothing ever has to this site;
 * - `not-running`: nothing answers, and once it did (README: "Not installed, or not running?");
 * - `permission-needed`: (only from `watch`) the browser would ask the person, so nothing was looked for: call
 *   `detect` from a click;
 * - `permission-denied`: the browser was told not to let this page reach programs on this computer;
 * - `permission-dismissed`: (only from a click) the browser asked, and the person put the question away: look again from a
 *   click. Told by time alone; Firefox says `permission-denied` in its place;
 * - `page-policy`: the page's own Permissions-Policy, Content-Security-Policy or iframe forbids it;
 * - `not-trusted`: it runs, and this browser does not trust its certificate for localhost;
 * - `origin-not-allowed`: it runs, and does not know this site;
 * - `incompatible`: it speaks another version of the protocol, and no other one runs.
 */
export type State =
  | 'running'
  | 'not-installed'
  | 'not-running'
  | 'permission-needed'
  | 'permission-denied'
  | 'permission-dismissed'
  | 'page-policy'
  | 'not-trusted'
  | 'origin-not-allowed'
  | 'incompatible';

export type CardState =
  | 'no-service'
  | 'no-reader'
  | 'no-card'
  | 'unsupported-card'
  | 'card-ready'
  | 'busy';

/** The codes of Ankong's refusals, and the states in which it cannot be asked. */
export type AnkongCode =
  | Exclude<State, 'running'>
  | 'bad-request'
  | 'too-large'
  | 'busy'
  | 'muted'
  | 'no-service'
  | 'no-reader'
  | 'no-card'
  | 'unsupported-card'
  | 'no-signing-module'
  | 'card-removed'
  | 'certificate-expired'
  | 'unsupported-hash'
  | 'id-mismatch'
  | 'pin-blocked'
  | 'user-declined'
  | 'timed-out'
  | 'cancelled'
  | 'no-window'
  | 'internal';

/**
 * What may be done about a code:
 * - `not-installed`: offer the installer, and say how to start it where it is there;
 * - `not-running`: say how to start it;
 * - `permission`: show where the browser's permission is given, and look again from a click;
 * - `page-policy`, `site`: the site's own mistake; tell its developers;
 * - `not-trusted`: have the person open Ankong, which offers the repair;
 * - `not-allowed`: have the person open Ankong and allow the site;
 * - `incompatible`: offer the update;
 * - `declined`: the person did not agree; leave it at that, and keep the button;
 * - `busy`: try again when the other request is done;
 * - `card`: reader, card or certificate; `detail` says what to do;
 * - `fault`: everything else, and codes of later versions.
 */
export type Kind =
  | 'not-installed'
  | 'not-running'
  | 'permission'
  | 'page-policy'
  | 'not-trusted'
  | 'not-allowed'
  | 'incompatible'
  | 'declined'
  | 'busy'
  | 'card'
  | 'site'
  | 'fault';

/** Why there is no answer. */
export class AnkongError extends Error {
  constructor(code: AnkongCode, message: string, detail?: string);
  readonly name: 'AnkongError';
  /** Stable. A later version of Ankong may have codes that are not in this list. */
  readonly code: AnkongCode;
  /** Decide by this. */
  readonly kind: Kind;
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

export interface Authenticated {
  token: AuthToken;
  /** The issuers' certificates from the card, base64 of DER, nearest first. */
  chain: string[];
}

/** All base64 of DER. */
export interface Signed {
  /** CMS SignedData with signed attributes. */
  cms: string;
  /** The signer's certificate; it is in the CMS too. */
  certificate: string;
  chain: string[];
}

/** All base64 of DER. Nothing proves that the card was there: for that, have it sign. */
export interface Certificates {
  signing: string;
  encryption?: string;
  chain: string[];
}

export interface LookOptions {
  /** Where to look; by default 24443, 24543 and 24643. */
  ports?: number[];
  /**
   * Ends the call; the promise is then rejected with the signal's reason, and a window that Ankong
   * has opened for it is closed.
   */
  signal?: AbortSignal;
}

export interface AskOptions extends LookOptions {
  /** What for, shown to the person; at most 80 characters. */
  purpose: string;
}

/**
 * Looks once, on all ports at the same time, for at most three seconds, and once more where something
 * kept silent. The browser may ask the person for permission: called from a click (the page has
 * transient user activation), it waits for the person's answer and then three seconds.
 */
export function detect(options?: LookOptions): Promise<Detected>;

/**
 * Tells the state now and whenever it changes, while the page is visible. It never makes the browser
 * ask: as long as the browser would, it looks for nothing and tells `permission-needed`. Pages on
 * localhost need no permission.
 * @returns a function that ends it, as the signal does
 */
export function watch(
  callback: (detected: Detected) => void,
  options?: LookOptions & { intervalMs?: number },
): () => void;

/**
 * Has the person prove with card and PIN who they are. The PIN is typed in Ankong's own window and
 * never reaches the page.
 *
 * Rejected with an `AnkongError`, or with the signal's reason where the page gave up.
 */
export function authenticate(
  options: {
    /** From the site's server: base64, 44 to 128 characters, new for each call. */
    challenge: string;
    /** The last four of the national ID the person typed; Ankong compares them with the card. */
    idTail?: string;
  } & AskOptions,
): Promise<Authenticated>;

/** Has the person sign a content, which they see where it is a text. Rejected like `authenticate`. */
export function sign(
  options: {
    /** At most 1 MiB. A string stands for its UTF-8, never for base64. */
    content: string | ArrayBuffer | ArrayBufferView;
    /** By default SHA-256. A key on P-256 signs with that one only, one on P-384 with SHA-384 only. */
    hash?: 'SHA-256' | 'SHA-384' | 'SHA-512';
    /** Whether the content stays out of the CMS. By default it is in it. */
    detached?: boolean;
  } & AskOptions,
): Promise<Signed>;

/** The card's certificates, if the person agrees; no PIN. Rejected like `authenticate`. */
export function certificates(options: AskOptions): Promise<Certificates>;
