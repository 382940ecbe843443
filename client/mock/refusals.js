// The codes of docs/errors.md with the HTTP status each comes with; a test holds the two together.

export const HTTP_STATUS = {
  'origin-not-allowed': 403,
  'bad-request': 400,
  'too-large': 413,
  busy: 409,
  muted: 429,
  'no-service': 503,
  'no-reader': 503,
  'no-card': 503,
  'unsupported-card': 503,
  'no-signing-module': 503,
  'card-removed': 503,
  'certificate-expired': 503,
  'unsupported-hash': 422,
  'id-mismatch': 403,
  'pin-blocked': 403,
  'user-declined': 403,
  'timed-out': 504,
  cancelled: 503,
  'no-window': 503,
  internal: 500,
};
