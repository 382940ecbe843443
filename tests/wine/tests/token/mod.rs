//! The token of the module in `module/`: a citizen's card as a folder (token.h).

use std::fs;
use std::path::{Path, PathBuf};

use openssl::bn::BigNumRef;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::x509::X509;
use time::{Duration, OffsetDateTime};
use virtual_card::issue::{Authority, Ca, CardholderRequest, KeyKind};
use virtual_card::{CardImage, Profile};

pub(crate) struct Token {
    /// The same card in a reader.
    pub(crate) image: CardImage,
    /// DER.
    pub(crate) root: Vec<u8>,
    /// DER.
    pub(crate) issuer: Vec<u8>,
    folder: PathBuf,
}

impl Token {
    pub(crate) const PIN: &str = "246813";

    pub(crate) fn issue(folder: &Path) -> Self {
        let now = OffsetDateTime::now_utc();
        let authority = Authority::in_memory(now).unwrap();
        let request = CardholderRequest {
            name: "王曉明".to_owned(),
            national_id: "A123456789".parse().unwrap(),
            pin: Self::PIN.try_into().ok().unwrap(),
            profile: Profile::MoicaGen1,
            key: KeyKind::Rsa2048,
            ca: Ca::G2,
            not_before: now - Duration::days(30),
            not_after: now + Duration::days(365),
        };
        let image = authority.issue(&request).unwrap();
        fs::create_dir(folder).unwrap();
        let certificate = X509::from_pem(image.certificates.signature.as_bytes()).unwrap();
        let key = PKey::private_key_from_pem(image.keys.signature.as_bytes()).unwrap();
        fs::write(folder.join("certificate.der"), certificate.to_der().unwrap()).unwrap();
        fs::write(folder.join("key.blob"), private_key_blob(&key.rsa().unwrap())).unwrap();
        fs::write(folder.join("pin"), Self::PIN).unwrap();
        let (root, issuer) = (authority.root(), authority.issuing(Ca::G2));
        let [root, issuer] = [root, issuer].map(|found| found.to_der().unwrap());
        Self { image, root, issuer, folder: folder.to_owned() }
    }

    /// What PINs it was given: `+` for each right one, `-` for each wrong one.
    pub(crate) fn logins(&self) -> String {
        fs::read_to_string(self.folder.join("logins")).unwrap_or_default()
    }
}

/// As CryptoAPI takes a key ("Enhanced Provider Key BLOBs", `PRIVATEKEYBLOB`): little-endian throughout.
fn private_key_blob(key: &Rsa<Private>) -> Vec<u8> {
    const HEADER: [u8; 4] = [0x07, 0x02, 0, 0]; // PRIVATEKEYBLOB, CUR_BLOB_VERSION
    const CALG_RSA_SIGN: u32 = 0x2400;
    let (whole, half) = (key.size().cast_signed(), key.size().cast_signed() / 2);
    let number = |value: &BigNumRef, width| {
        let mut bytes = value.to_vec_padded(width).unwrap();
        bytes.reverse();
        bytes
    };
    let exponent: [u8; 4] = number(key.e(), 4).try_into().unwrap();
    let parts = [
        (Some(key.n()), whole),
        (key.p(), half),
        (key.q(), half),
        (key.dmp1(), half),
        (key.dmq1(), half),
        (key.iqmp(), half),
        (Some(key.d()), whole),
    ];
    let mut blob = [HEADER, CALG_RSA_SIGN.to_le_bytes(), *b"RSA2"].concat();
    blob.extend((key.size() * 8).to_le_bytes());
    blob.extend(exponent);
    blob.extend(parts.iter().flat_map(|(value, width)| number(value.unwrap(), *width)));
    blob
}
