// As much of DER (X.690) as certificates and CMS need here. It trusts its input: cards of a test.

export const TAG = {
  INTEGER: 0x02, OCTET_STRING: 0x04, NULL: 0x05, OID: 0x06, UTC_TIME: 0x17, SEQUENCE: 0x30, SET: 0x31,
};

/** An element of this tag around its parts (section 8.1). */
export function element(tag, ...parts) {
  const content = concat(...parts);
  const length = [];
  for (let rest = content.length; rest > 0; rest >>>= 8) length.unshift(rest & 0xff);
  const head = content.length < 0x80 ? [content.length] : [0x80 | length.length, ...length];
  return concat([tag, ...head], content);
}

export const sequence = (...parts) => element(TAG.SEQUENCE, ...parts);

/** A SET OF: its elements in ascending order (section 11.6). */
export const setOf = (...parts) => element(TAG.SET, ...parts.sort(compare));

/** An object identifier (section 8.19). */
export function oid(text) {
  const [first, second, ...arcs] = text.split('.').map(Number);
  const base128 = (arc) => {
    const digits = [arc & 0x7f];
    for (let rest = arc >>> 7; rest > 0; rest >>>= 7) digits.unshift(0x80 | (rest & 0x7f));
    return digits;
  };
  return element(TAG.OID, [40 * first + second, ...arcs].flatMap(base128));
}

/** The elements that stand one after the other in `bytes`, each with its tag, content and all of it. */
export function* elements(bytes) {
  for (let at = 0; at < bytes.length; ) {
    let begin = at + 2;
    let length = bytes[at + 1];
    if (length & 0x80) {
      begin += length & 0x7f;
      length = bytes.slice(at + 2, begin).reduce((sum, byte) => sum * 256 + byte, 0);
    }
    const end = begin + length;
    yield { tag: bytes[at], content: bytes.slice(begin, end), whole: bytes.slice(at, end) };
    at = end;
  }
}

export function concat(...parts) {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function compare(one, other) {
  const at = one.findIndex((byte, index) => byte !== other[index]);
  return at < 0 ? -1 : one[at] - (other[at] ?? -1);
}
