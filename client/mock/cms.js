// CMS SignedData (RFC 5652) with the signed attributes of CAdES-B-B (ETSI EN 319 122-1 clause 6.3), as
// Ankong's `/v1/sign` answers it.

import { digest } from './card.js';
import { TAG, concat, element, oid, sequence, setOf } from './der.js';

const DATA = oid('1.2.840.113549.1.7.1');
const SIGNED_DATA = oid('1.2.840.113549.1.7.2');
const CONTENT_TYPE = oid('1.2.840.113549.1.9.3');
const MESSAGE_DIGEST = oid('1.2.840.113549.1.9.4');
const SIGNING_TIME = oid('1.2.840.113549.1.9.5');
/** RFC 5035 section 3. */
const SIGNING_CERTIFICATE_V2 = oid('1.2.840.113549.1.9.16.2.47');
const RSA = sequence(oid('1.2.840.113549.1.1.1'), element(TAG.NULL));
/** RFC 5754 sections 2 and 3.3. */
const HASHES = {
  'SHA-256': { digest: '2.16.840.1.101.3.4.2.1', ecdsa: '1.2.840.10045.4.3.2' },
  'SHA-384': { digest: '2.16.840.1.101.3.4.2.2', ecdsa: '1.2.840.10045.4.3.3' },
  'SHA-512': { digest: '2.16.840.1.101.3.4.2.3', ecdsa: '1.2.840.10045.4.3.4' },
};
const VERSION_1 = element(TAG.INTEGER, [1]);

/** A signature of `card` under `content`, DER. */
export async function signedData(card, content, hash, detached) {
  const { der, issuer, serial } = card.signature;
  const digestAlgorithm = sequence(oid(HASHES[hash].digest));
  const attributes = setOf(
    attribute(CONTENT_TYPE, DATA),
    attribute(MESSAGE_DIGEST, element(TAG.OCTET_STRING, await digest(hash, content))),
    attribute(SIGNING_TIME, utcTime(new Date())),
    attribute(SIGNING_CERTIFICATE_V2, await signingCertificate(card.signature)),
  );
  const raw = await card.sign(attributes, hash);
  const isRsa = card.algorithm.key.name !== 'ECDSA';
  const signerInfo = sequence(
    VERSION_1,
    sequence(issuer, serial),
    digestAlgorithm,
    concat([0xa0], attributes.slice(1)), // section 5.4: signed as a SET OF, sent under [0]
    isRsa ? RSA : sequence(oid(HASHES[hash].ecdsa)),
    element(TAG.OCTET_STRING, isRsa ? raw : ecdsaSignature(raw)),
  );
  const inside = detached ? [] : [element(0xa0, element(TAG.OCTET_STRING, content))];
  const certificates = setOf(der, ...card.issuers);
  const signed = sequence(
    VERSION_1,
    setOf(digestAlgorithm),
    sequence(DATA, ...inside),
    concat([0xa0], certificates.slice(1)),
    setOf(signerInfo),
  );
  return sequence(SIGNED_DATA, element(0xa0, signed));
}

const attribute = (type, value) => sequence(type, setOf(value));

/** RFC 5035 section 4, with SHA-256, the default. */
async function signingCertificate({ der, issuer, serial }) {
  const directoryName = element(0xa4, issuer);
  const hash = element(TAG.OCTET_STRING, await digest('SHA-256', der));
  return sequence(sequence(sequence(hash, sequence(sequence(directoryName), serial))));
}

function utcTime(now) {
  const digits = now.toISOString().replace(/[^0-9]/g, '').slice(2, 14);
  return element(TAG.UTC_TIME, new TextEncoder().encode(`${digits}Z`));
}

/** RFC 3279 section 2.2.3: r and s, each a number of its own. */
function ecdsaSignature(raw) {
  const number = (bytes) => {
    const digits = bytes.slice(Math.max(bytes.findIndex((byte) => byte !== 0), 0));
    return element(TAG.INTEGER, digits[0] & 0x80 ? concat([0], digits) : digits);
  };
  const half = raw.length / 2;
  return sequence(number(raw.slice(0, half)), number(raw.slice(half)));
}
