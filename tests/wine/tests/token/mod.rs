//! The token of the module in `module/`: a citizen's card as a folder (token.h).

use std::fs;
use std::path::{Path, PathBuf};

use openssl::pkey::PKey;
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
        let rsa = key.rsa().unwrap();
        let key = [rsa.n(), rsa.d()].map(|number| number.to_vec_padded(256).unwrap()).concat();
        fs::write(folder.join("key"), key).unwrap();
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
