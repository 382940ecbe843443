//! A token judged by the `openssl` program, step by step as the Web eID specification tells it: an implementation that
//! shares nothing with ours but the library underneath.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use virtual_card::issue::Ca;

use crate::support::cards::AUTHORITY;

/// Judges certificate and signature (RS256) of a token for this origin and challenge.
///
/// # Errors
/// What `openssl` says against it.
pub(crate) fn accepts(token: &Value, origin: &str, challenge: &str) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let at = folder.path();
    let decoded = |field: &str| {
        let text = token.get(field).and_then(Value::as_str).context("a field is missing")?;
        Ok::<_, anyhow::Error>(openssl::base64::decode_block(text)?)
    };
    fs::write(at.join("card.der"), decoded("unverifiedCertificate")?)?;
    fs::write(at.join("signature"), decoded("signature")?)?;
    fs::write(at.join("root.pem"), AUTHORITY.root().to_pem()?)?;
    let issuer = AUTHORITY.issuing(Ca::G2);
    fs::write(at.join("issuer.pem"), issuer.to_pem()?)?;
    fs::write(at.join("origin"), origin)?;
    fs::write(at.join("challenge"), challenge)?;

    openssl(at, "x509 -inform DER -in card.der -out card.pem")?;
    openssl(at, "verify -CAfile root.pem -untrusted issuer.pem card.pem")?;
    openssl(at, "x509 -in card.pem -noout -pubkey -out key.pem")?;
    openssl(at, "dgst -sha256 -binary -out origin.hash origin")?;
    openssl(at, "dgst -sha256 -binary -out challenge.hash challenge")?;
    let hashes = ["origin.hash", "challenge.hash"].map(|name| fs::read(at.join(name)));
    let [origin, challenge] = hashes;
    fs::write(at.join("signed"), [origin?, challenge?].concat())?;
    openssl(at, "dgst -sha256 -verify key.pem -signature signature signed")
}

/// Judges a CMS signature: chain, signature, digest, and the attributes of CAdES (`-cades`).
///
/// # Errors
/// What `openssl` says against it.
pub(crate) fn accepts_cms(cms: &Value, detached: Option<&[u8]>) -> Result<Vec<u8>> {
    let folder = tempfile::tempdir()?;
    let at = folder.path();
    let cms = cms.as_str().context("no CMS")?;
    fs::write(at.join("cms.der"), openssl::base64::decode_block(cms)?)?;
    // The issuers too: a PIV card has no place for its own.
    let issuers = [Ca::G2, Ca::G3].map(|ca| AUTHORITY.issuing(ca));
    let trusted = [&[AUTHORITY.root()], issuers.as_slice()].concat();
    let trusted = trusted.iter().map(|certificate| certificate.to_pem());
    fs::write(at.join("root.pem"), trusted.collect::<Result<Vec<_>, _>>()?.concat())?;
    let mut command = String::from(
        "cms -verify -cades -binary -inform DER -in cms.der -CAfile root.pem -purpose any -out content",
    );
    if let Some(content) = detached {
        fs::write(at.join("detached"), content)?;
        command += " -content detached";
    }
    openssl(at, &command)?;
    Ok(fs::read(at.join("content"))?)
}

fn openssl(folder: &Path, arguments: &str) -> Result<()> {
    let output = Command::new("openssl").args(arguments.split(' ')).current_dir(folder).output()?;
    let said = [output.stdout, output.stderr].concat();
    ensure!(output.status.success(), "openssl {arguments}: {}", String::from_utf8_lossy(&said));
    Ok(())
}
