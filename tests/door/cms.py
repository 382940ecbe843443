"""What pyHanko says of the CMS signatures in a folder: a line each, the file's name and `valid` or why not.

    cms.py FOLDER       *.p7s, beside the detached ones their *.content, root.pem and issuers.pem
"""

import asyncio
import hashlib
import sys
from pathlib import Path

from asn1crypto import cms, pem, x509
from pyhanko.sign.validation.generic_cms import async_validate_cms_signature, async_validate_detached_cms
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

# Cards of this kind sign everything with one key, whose certificate says digitalSignature.
KEY_USAGE = KeyUsageConstraints(key_usage={"digital_signature"})


def main(folder):
    roots, issuers = (certificates(folder / name) for name in ("root.pem", "issuers.pem"))
    for file in sorted(folder.glob("*.p7s")):
        trust = ValidationContext(trust_roots=roots, other_certs=issuers, allow_fetching=False)
        try:
            verdict = asyncio.run(judged(file, trust))
        except Exception as error:  # whatever it is, it is no signature
            verdict = f"{type(error).__name__}: {error}"
        print(file.stem, verdict)


async def judged(file, trust):
    info = cms.ContentInfo.load(file.read_bytes(), strict=True)
    data, content = info["content"], file.with_suffix(".content")
    if data["encap_content_info"]["content"].native is None:
        status = await async_validate_detached_cms(content.read_bytes(), data, trust, key_usage_settings=KEY_USAGE)
    else:
        status = await async_validate_cms_signature(data, validation_context=trust, key_usage_settings=KEY_USAGE)
    signer = data["signer_infos"][0]
    named = next(a for a in signer["signed_attrs"] if a["type"].native == "signing_certificate_v2")
    digest = named["values"][0]["certs"][0]["cert_hash"].native
    if digest != hashlib.sha256(status.signing_cert.dump()).digest():
        return "another certificate is named"
    return "valid" if status.intact and status.valid and status.trusted else status.summary()


def certificates(file):
    return [x509.Certificate.load(der) for _, _, der in pem.unarmor(file.read_bytes(), multiple=True)]


main(Path(sys.argv[1]))
