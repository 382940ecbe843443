"""Judges the sign-ins of tests/data/token with Python's `cryptography`, an implementation that is not ours.

Written after tests/data/README.md and the standards alone. A case it calls `ok` has to be one there, and a code
it gives has to be the one there. What it does not look at (OCSP, since a question needs an answer of its time) it
counts and says.

Usage: tokens.py FOLDER
"""

import base64
import binascii
import datetime
import hashlib
import json
import pathlib
import re
import sys

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, NameOID

KEYS = {"about", "source", "expect", "subject", "now", "trust", "lists", "ocsp", "sign-in"}
DIGESTS = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
CURVES = {"256": ec.SECP256R1, "384": ec.SECP384R1, "512": ec.SECP521R1}
UNDERSTOOD = {
    ExtensionOID.KEY_USAGE,
    ExtensionOID.BASIC_CONSTRAINTS,
    ExtensionOID.CERTIFICATE_POLICIES,
    ExtensionOID.EXTENDED_KEY_USAGE,
}
PEOPLE = {
    ExtendedKeyUsageOID.CLIENT_AUTH,
    ExtendedKeyUsageOID.EMAIL_PROTECTION,
    ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
}
LAST_FOUR = "2.16.886.1.100.2.51"
SUBJECT_TYPE = "2.16.886.1.100.2.1"
SKEW = datetime.timedelta(minutes=5)


class Refused(Exception):
    """With the code as its text."""


def judge(case):
    now = datetime.datetime.fromisoformat(case["now"].replace("Z", "+00:00"))
    trust = case["trust"]
    anchors = []
    for anchor in trust["anchors"]:
        der = base64.b64decode(anchor["certificate"])
        assert hashlib.sha256(der).hexdigest() == anchor["sha256"]
        anchors.append(x509.load_der_x509_certificate(der))
    intermediates = [certificate(text) for text in trust["intermediates"]]
    lists = [(certificate(one["authority"]), believed(one)) for one in case.get("lists", [])]

    sign_in = case["sign-in"]
    leaf, algorithm, signature = token(sign_in["token"])
    digest = check_algorithm(algorithm, leaf.public_key())
    issuer = check_chain(leaf, anchors, intermediates, now)
    check_usage(leaf)
    check_policy(leaf, trust.get("policy"))
    signed = b"".join(hashed(digest, sign_in[part]) for part in ("origin", "challenge"))
    if not fits(leaf.public_key(), algorithm, digest, signature, signed):
        raise Refused("wrong-signature")
    subject, kind = read_subject(leaf, trust["subject-form"])
    if trust.get("subject-type") not in (None, kind):
        raise Refused("wrong-subject-type")
    if not trust["without-revocation"]:
        check_revocation(leaf, issuer, lists, now)
    if "national-id" in sign_in:
        if subject["last-four"] is None:
            raise Refused("no-last-four")
        if subject["last-four"] != sign_in["national-id"][6:]:
            raise Refused("id-mismatch")
    return subject


def certificate(text):
    return x509.load_der_x509_certificate(base64.b64decode(text))


def token(text):
    if len(text.encode()) > 16 * 1024:
        raise Refused("token-too-large")
    try:
        fields = json.loads(text)
        if "cms" in fields and "format" not in fields:
            raise Refused("cms-as-login")
        names = ("format", "unverifiedCertificate", "algorithm", "signature")
        form, leaf, algorithm, signature = (fields[name] for name in names)
    except (ValueError, KeyError, TypeError):
        raise Refused("cms-as-login" if text.startswith("MII") else "token-unreadable")
    if not re.fullmatch(r"web-eid:1(\.\d+)?", form):
        raise Refused("token-format")
    try:
        der, signature = (base64.b64decode(part, validate=True) for part in (leaf, signature))
    except (binascii.Error, ValueError):
        raise Refused("token-unreadable")
    try:
        leaf = x509.load_der_x509_certificate(der)
        leaf.public_key()
    except UnsupportedAlgorithm:
        raise Refused("weak-key")
    except ValueError as error:
        # This library does not even load a key with the exponent 1.
        raise Refused("weak-key" if "e must be" in str(error) else "certificate-unreadable")
    try:
        for extension in leaf.extensions:
            if extension.critical and extension.oid not in UNDERSTOOD:
                raise Refused("critical-extension")
    except (ValueError, x509.DuplicateExtension):
        raise Refused("certificate-extension")
    return leaf, algorithm, signature


def check_algorithm(name, key):
    if isinstance(key, rsa.RSAPublicKey):
        if not 2048 <= key.key_size <= 8192 or key.public_numbers().e < 65537:
            raise Refused("weak-key")
        kinds = ("RS", "PS")
    elif isinstance(key, ec.EllipticCurvePublicKey):
        if not isinstance(key.curve, tuple(CURVES.values())):
            raise Refused("weak-key")
        kinds = ("ES",)
    else:
        raise Refused("weak-key")
    kind, bits = name[:2], name[2:]
    if kind not in kinds or bits not in DIGESTS:
        raise Refused("wrong-algorithm")
    if kind == "ES" and not isinstance(key.curve, CURVES[bits]):
        raise Refused("wrong-algorithm")
    return DIGESTS[bits]


def check_chain(leaf, anchors, intermediates, now):
    """The leaf's own issuer, where a chain leads to an anchor."""
    below, position, passed = leaf, "", 0
    issuer = None
    if leaf.issuer == leaf.subject and signed_by(leaf, leaf):
        raise Refused("self-signed")
    while True:
        if not isinstance(below.signature_hash_algorithm, tuple(type(d) for d in DIGESTS.values())):
            raise Refused("weak-signature-algorithm")
        wanted = key_named_by(below)
        found = [one for one in anchors + intermediates if own_key(one) == wanted]
        found = [one for one in found if one.subject == below.issuer]
        if wanted is None or not found:
            raise Refused("unknown-issuer")
        above = found[0]
        if not signed_by(below, above):
            raise Refused("issuer-signature")
        check_time(below, position, now)
        length = above.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length
        if length is not None and passed > length:
            raise Refused("path-length")
        issuer = issuer or above
        if above in anchors:
            check_time(above, "issuer-", now)
            return issuer
        below, position, passed = above, "issuer-", passed + 1


def signed_by(below, above):
    try:
        below.verify_directly_issued_by(above)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def check_time(certificate, position, now):
    if now < certificate.not_valid_before_utc:
        raise Refused(position + "not-yet-valid")
    if now > certificate.not_valid_after_utc:
        raise Refused(position + "expired")


def check_usage(leaf):
    usage = extension(leaf, x509.KeyUsage)
    constraints = extension(leaf, x509.BasicConstraints)
    purposes = extension(leaf, x509.ExtendedKeyUsage)
    if (
        usage is None
        or usage.key_cert_sign
        or (constraints is not None and constraints.ca)
        or usage.key_encipherment
        or usage.data_encipherment
        or not usage.digital_signature
        or (purposes is not None and not PEOPLE & set(purposes))
    ):
        raise Refused("wrong-usage")


def check_policy(leaf, wanted):
    policies = extension(leaf, x509.CertificatePolicies) or []
    if wanted is not None and wanted not in [one.policy_identifier.dotted_string for one in policies]:
        raise Refused("wrong-policy")


def fits(key, algorithm, digest, signature, message):
    try:
        if algorithm.startswith("RS"):
            key.verify(signature, message, padding.PKCS1v15(), digest)
        elif algorithm.startswith("PS"):
            salted = padding.PSS(padding.MGF1(digest), padding.PSS.DIGEST_LENGTH)
            key.verify(signature, message, salted, digest)
        else:
            size = (key.curve.key_size + 7) // 8
            if len(signature) != 2 * size:
                return False
            r, s = (int.from_bytes(half) for half in (signature[:size], signature[size:]))
            key.verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(digest))
    except InvalidSignature:
        return False
    return True


def hashed(digest, text):
    hasher = hashes.Hash(digest)
    hasher.update(text.encode())
    return hasher.finalize()


def read_subject(leaf, form):
    names = leaf.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    numbers = leaf.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)
    if len(names) != 1 or len(numbers) != 1:
        raise Refused("subject-form")
    number, last_four, kind = numbers[0].value, None, None
    if form == "moica":
        if not re.fullmatch(r"\d{16}", number):
            raise Refused("subject-form")
        last_four, kind = directory_attributes(leaf)
    return {"name": names[0].value, "serial-number": number, "last-four": last_four}, kind


def directory_attributes(leaf):
    """By the bytes, for this library does not read them: last four and kind of subject."""
    found = [one.value.value for one in leaf.extensions if one.oid.dotted_string == "2.5.29.9"]
    last_four = kind = None
    for _, attribute in elements(elements(found[0])[0][1]) if found else []:
        (_, oid), (_, values) = elements(attribute)
        (tag, value), = elements(values)
        if dotted(oid) == LAST_FOUR:
            last_four = value.decode()
            if not re.fullmatch(r"\d{4}", last_four):
                raise Refused("subject-form")
        elif dotted(oid) == SUBJECT_TYPE:
            if tag != 0x06:
                raise Refused("subject-form")
            kind = dotted(value)
    return last_four, kind


def elements(der):
    found = []
    while der:
        tag, length, start = der[0], der[1], 2
        if length >= 0x80:
            start += length & 0x7F
            length = int.from_bytes(der[2:start])
        found.append((tag, der[start : start + length]))
        der = der[start + length :]
    return found


def dotted(oid):
    numbers, number = [], 0
    for octet in oid:
        number = number << 7 | octet & 0x7F
        if octet < 0x80:
            numbers.append(number)
            number = 0
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, [first, numbers[0] - 40 * first, *numbers[1:]]))


def believed(one):
    """The last of an authority's lists, each of which has to be one that is believed."""
    authority, last = certificate(one["authority"]), None
    for text in one["fetched"]:
        try:
            new = x509.load_der_x509_crl(base64.b64decode(text))
        except ValueError:
            raise Refused("list-unreadable")
        check_list(new, authority)
        if last is not None and number_of(new) < number_of(last):
            raise Refused("older-list")
        last = new
    return last


def check_list(new, authority):
    for entry in new:
        if entry.serial_number == 0:
            raise Refused("list-unreadable")
        for one in entry.extensions:
            if isinstance(one.value, x509.CertificateIssuer):
                raise Refused("indirect-list")
            if one.critical and not isinstance(one.value, x509.CRLReason):
                raise Refused("list-critical-extension")
    if new.signature_hash_algorithm.name not in ("sha256", "sha384", "sha512"):
        raise Refused("list-signature-algorithm")
    for one in new.extensions:
        if isinstance(one.value, x509.DeltaCRLIndicator):
            raise Refused("delta-list")
        if isinstance(one.value, x509.IssuingDistributionPoint):
            if one.value.indirect_crl:
                raise Refused("indirect-list")
            if one.value.only_some_reasons or one.value.only_contains_attribute_certs:
                raise Refused("partial-list")
        elif one.critical:
            raise Refused("list-critical-extension")
    named = extension(new, x509.AuthorityKeyIdentifier)
    if named is None:
        raise Refused("list-incomplete")
    if named.key_identifier != own_key(authority) or new.issuer != authority.subject:
        raise Refused("list-of-another-authority")
    if not new.is_signature_valid(authority.public_key()):
        raise Refused("list-signature")
    if number_of(new) is None or new.next_update_utc is None:
        raise Refused("list-incomplete")


def check_revocation(leaf, issuer, lists, now):
    mine = [one for authority, one in lists if authority == issuer]
    if not mine:
        raise Refused("nobody-to-ask")
    new, = mine
    if new is None:
        raise Refused("no-list")
    if now + SKEW < new.last_update_utc:
        raise Refused("list-of-the-future")
    if now > new.next_update_utc:
        raise Refused("stale-list")
    point = extension(new, x509.IssuingDistributionPoint)
    if point is not None:
        places = {name.value for name in point.full_name or []}
        points = extension(leaf, x509.CRLDistributionPoints) or []
        named = {name.value for one in points for name in one.full_name or []}
        if point.only_contains_ca_certs or (places and not places & named):
            raise Refused("list-not-covering")
    of_it = [one for one in new if one.serial_number == leaf.serial_number]
    reasons = {extension(one, x509.CRLReason) for one in of_it}
    held = x509.CRLReason(x509.ReasonFlags.certificate_hold)
    if reasons - {held}:
        raise Refused("revoked")
    if reasons:
        raise Refused("suspended")


def number_of(new):
    number = extension(new, x509.CRLNumber)
    return None if number is None else number.crl_number


def key_named_by(certificate):
    named = extension(certificate, x509.AuthorityKeyIdentifier)
    return None if named is None else named.key_identifier


def own_key(certificate):
    own = extension(certificate, x509.SubjectKeyIdentifier)
    return None if own is None else own.digest


def extension(of, kind):
    try:
        return of.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def main(folder):
    judged, left, wrong = 0, 0, []
    for path in sorted(pathlib.Path(folder).iterdir()):
        case = json.loads(path.read_bytes())
        assert set(case) <= KEYS, f"{path}: {set(case) - KEYS}"
        if "ocsp" in case:
            left += 1
            continue
        try:
            came, subject = "ok", judge(case)
        except Refused as refused:
            came, subject = str(refused), None
        judged += 1
        if came != case["expect"] or subject != case.get("subject"):
            wrong.append(f"{path.name}: {came}, not {case['expect']}")
    print("\n".join(wrong))
    print(f"{judged} sign-ins judged by Python's cryptography, {left} with OCSP left out, {len(wrong)} differ")
    return 1 if wrong or judged < 60 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
