// The calls of protocol 1 that ask a person: what is wrong with a request, and what a card answers.

import { base64, bytesOf, digest } from './card.js';
import { signedData } from './cms.js';
import { concat } from './der.js';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const MAX_CONTENT = 1 << 20;

const isText = (value) => typeof value === 'string';
const FIELDS = {
  challenge: {
    isRight: (value) => isText(value) && BASE64.test(value) && value.length >= 44 && value.length <= 128,
    title: 'challenge must be base64 of 44 to 128 characters',
  },
  purpose: {
    isRight: (value) => isText(value) && value.trim() !== '' && [...value].length <= 80 && !/\p{Cc}/u.test(value),
    title: 'purpose must be 1 to 80 characters, not blank, without control characters',
  },
  idTail: {
    isOptional: true,
    isRight: (value) => /^[0-9]{4}$/.test(value),
    title: 'idTail must be the last four digits of a national ID',
  },
  content: {
    isRight: (value) => isText(value) && value !== '' && BASE64.test(value),
    title: 'content must be base64 of at least one byte',
  },
  hash: {
    isRight: (value) => ['SHA-256', 'SHA-384', 'SHA-512'].includes(value),
    title: 'hash must be SHA-256, SHA-384 or SHA-512',
  },
  detached: { isOptional: true, isRight: (value) => typeof value === 'boolean', title: 'detached must be true or false' },
};

/** By path: the fields of the body, and the answer of a card to a page of `origin`. */
export const CALLS = {
  '/v1/authenticate': {
    fields: ['challenge', 'purpose', 'idTail'],
    async answer(card, { challenge }, origin) {
      const { name, hash } = card.algorithm;
      // Web eID: hash(origin) ‖ hash(challenge), each with the hash of the algorithm.
      const hashes = [origin, challenge].map((text) => digest(hash, new TextEncoder().encode(text)));
      const signature = await card.sign(concat(...(await Promise.all(hashes))));
      const token = {
        format: 'web-eid:1.0',
        unverifiedCertificate: base64(card.signature.der),
        algorithm: name,
        signature: base64(signature),
        appVersion: 'ankong-mock/1',
      };
      return { token, chain: card.issuers.map(base64) };
    },
  },
  '/v1/sign': {
    fields: ['content', 'hash', 'detached', 'purpose'],
    async answer(card, { content, hash, detached }) {
      const cms = await signedData(card, bytesOf(content), hash, detached);
      return { cms: base64(cms), certificate: base64(card.signature.der), chain: card.issuers.map(base64) };
    },
  },
  '/v1/certificates': {
    fields: ['purpose'],
    async answer(card) {
      return { signing: base64(card.signature.der), chain: card.issuers.map(base64) };
    },
  },
};

/** What is wrong with the body of a call, as `{ code, title }`; nothing where it is right. */
export function fault({ fields }, body) {
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  if (!isObject || Object.keys(body).some((name) => !fields.includes(name))) {
    return { code: 'bad-request', title: 'the body is not the JSON object of this call' };
  }
  for (const name of fields) {
    const { isOptional, isRight, title } = FIELDS[name];
    const isMissing = body[name] === undefined || (name === 'idTail' && body[name] === null);
    if (isMissing ? !isOptional : !isRight(body[name])) return { code: 'bad-request', title };
  }
  if (body.content && bytesOf(body.content).length > MAX_CONTENT) {
    return { code: 'too-large', title: 'content must be base64 of at most 1,048,576 bytes' };
  }
  return undefined;
}

/** Why this card cannot do it, as a code; nothing where it can. */
export function obstacle(card, path, body, now) {
  const { notBefore, notAfter, idTail } = card.signature;
  const signs = path !== '/v1/certificates';
  if (signs && (now < notBefore || now > notAfter)) return 'certificate-expired';
  if (signs && card.tries === 0) return 'pin-blocked';
  if (path === '/v1/sign' && card.algorithm.name.startsWith('ES') && body.hash !== card.algorithm.hash) {
    return 'unsupported-hash';
  }
  if (body.idTail && body.idTail !== idTail) return 'id-mismatch';
  return undefined;
}
