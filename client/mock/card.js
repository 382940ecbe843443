// A card of `virtual-card issue`: what its file says, and its signature key.

import { TAG, elements, oid } from './der.js';

/** MOICA's attribute for the last four of the national ID, within SubjectDirectoryAttributes. */
const ID_TAIL = oid('2.16.886.1.100.2.51');
/** RFC 7518 section 3.1, and what Web Crypto calls it. */
const ALGORITHMS = [
  { name: 'RS256', hash: 'SHA-256', key: { name: 'RSASSA-PKCS1-v1_5' } },
  { name: 'ES256', hash: 'SHA-256', key: { name: 'ECDSA', namedCurve: 'P-256' } },
  { name: 'ES384', hash: 'SHA-384', key: { name: 'ECDSA', namedCurve: 'P-384' } },
];

// Node 18 has it under this name only.
const { subtle } = globalThis.crypto ?? (await import('node:crypto')).webcrypto;

export const digest = async (hash, bytes) => new Uint8Array(await subtle.digest(hash, bytes));

/** The card in the text of its file. */
export async function readCard(file) {
  const pem = (table, name) => {
    const found = new RegExp(`^\\[${table}\\]$[^[]*?^${name} = """\\n([^"]*)"""`, 'm').exec(file);
    if (!found) throw new Error(`the card's file has no ${name} in [${table}]`);
    return bytesOf(found[1].replace(/-----[^-]+-----|\s/g, ''));
  };
  const key = pem('keys', 'signature');
  const algorithm = await algorithmOf(key);
  const signature = certificate(pem('certificates', 'signature'));
  return {
    algorithm,
    tries: Number(/^tries = (\d+)$/m.exec(file)?.[1]),
    signature,
    /** PIV has no place for the issuer's certificate. */
    issuers: /^profile = "piv"$/m.test(file) ? [] : [pem('certificates', 'issuer')],
    /** Signs a message; an elliptic signature is r and s side by side. */
    async sign(message, hash = algorithm.hash) {
      const options = { ...algorithm.key, hash };
      const imported = await subtle.importKey('pkcs8', key, options, false, ['sign']);
      return new Uint8Array(await subtle.sign(options, imported, message));
    },
  };
}

async function algorithmOf(key) {
  for (const algorithm of ALGORITHMS) {
    try {
      await subtle.importKey('pkcs8', key, { ...algorithm.key, hash: algorithm.hash }, false, ['sign']);
      return algorithm;
    } catch {
      // The key is of another kind.
    }
  }
  throw new Error("the card's key is neither RSA nor on P-256 or P-384");
}

/** RFC 5280 section 4.1: what is asked of a certificate here. */
function certificate(der) {
  const [{ content }] = elements(der);
  const [tbs] = elements(content);
  const [, serial, , issuer, validity] = elements(tbs.content);
  const [notBefore, notAfter] = [...elements(validity.content)].map(time);
  return { der, serial: serial.whole, issuer: issuer.whole, notBefore, notAfter, idTail: idTail(der) };
}

/** RFC 5280 section 4.1.2.5. */
function time({ tag, content }) {
  const text = String.fromCharCode(...content);
  const year = tag === TAG.UTC_TIME ? (text < '5' ? '20' : '19') : '';
  const digits = /^(.{4})(..)(..)(..)(..)(..)Z$/.exec(year + text).slice(1);
  return Date.UTC(digits[0], digits[1] - 1, ...digits.slice(2));
}

function idTail(der) {
  const at = der.findIndex((_, index) => ID_TAIL.every((byte, offset) => der[index + offset] === byte));
  if (at < 0) return undefined;
  const [set] = elements(der.slice(at + ID_TAIL.length));
  const [value] = elements(set.content);
  return String.fromCharCode(...value.content);
}

export function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

export function base64(bytes) {
  let binary = '';
  for (let at = 0; at < bytes.length; at += 8192) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(binary);
}
