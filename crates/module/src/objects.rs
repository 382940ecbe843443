//! A token's objects: certificates, and the private key that belongs to one.
//! PKCS #11 Cryptographic Token Interface Base Specification 2.40, section 4.

use cryptoki::error::Error;
use cryptoki::object::{Attribute, AttributeType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;

/// Objects of one class that are looked at; cards have a handful.
const MAX_OBJECTS: usize = 64;
/// The longest certificate that is passed on, in bytes.
const MAX_CERTIFICATE: usize = 16 * 1024;

/// A certificate object.
#[derive(Default)]
pub(super) struct Certificate {
    /// `CKA_VALUE`; nobody looked at it.
    pub(super) der: Vec<u8>,
    id: Vec<u8>,
    label: Vec<u8>,
}

/// A private key object.
pub(super) struct Key {
    pub(super) handle: ObjectHandle,
    /// `CKA_ALWAYS_AUTHENTICATE` (section 4.9): the PIN has to be given for each signature.
    pub(super) always_authenticate: bool,
}

/// The certificates; one that cannot be read does not spoil the others.
pub(super) fn certificates(session: &Session) -> Result<Vec<Certificate>, Error> {
    let handles = objects(session, ObjectClass::CERTIFICATE)?;
    let read = |handle| {
        let mut certificate = Certificate::default();
        let wanted = [AttributeType::Value, AttributeType::Id, AttributeType::Label];
        for attribute in session.get_attributes(handle, &wanted).ok()? {
            match attribute {
                Attribute::Value(value) => certificate.der = value,
                Attribute::Id(value) => certificate.id = value,
                Attribute::Label(value) => certificate.label = value,
                _other => {}
            }
        }
        (1..=MAX_CERTIFICATE).contains(&certificate.der.len()).then_some(certificate)
    };
    Ok(handles.into_iter().filter_map(read).collect())
}

/// The private key of the certificate: by `CKA_ID`, which is there for that (section 4.6.3), else
/// by `CKA_LABEL`; labels repeat. Many tokens show their keys only after the login.
pub(super) fn private_key(
    session: &Session,
    certificate: &Certificate,
) -> Result<Option<Key>, Error> {
    let mut by_label = None;
    for handle in objects(session, ObjectClass::PRIVATE_KEY)? {
        let (mut id, mut label) = (Vec::new(), Vec::new());
        let wanted = [AttributeType::Id, AttributeType::Label];
        for attribute in session.get_attributes(handle, &wanted)? {
            match attribute {
                Attribute::Id(value) => id = value,
                Attribute::Label(value) => label = value,
                _other => {}
            }
        }
        if !trimmed(&id).is_empty() && trimmed(&id) == trimmed(&certificate.id) {
            return Ok(Some(key(session, handle)));
        }
        if trimmed(&label) == trimmed(&certificate.label) && by_label.is_none() {
            by_label = Some(handle);
        }
    }
    Ok(by_label.map(|handle| key(session, handle)))
}

fn key(session: &Session, handle: ObjectHandle) -> Key {
    // Modules older than this attribute do not know it.
    let told = session.get_attributes(handle, &[AttributeType::AlwaysAuthenticate]);
    let always = Attribute::AlwaysAuthenticate(true);
    Key { handle, always_authenticate: told.is_ok_and(|told| told.contains(&always)) }
}

fn objects(session: &Session, class: ObjectClass) -> Result<Vec<ObjectHandle>, Error> {
    session.iter_objects(&[Attribute::Class(class)])?.take(MAX_OBJECTS).collect()
}

/// Without the blanks, tabs and zeros that some modules leave at the end.
fn trimmed(text: &[u8]) -> &[u8] {
    let filling = |byte: &u8| matches!(byte, b' ' | b'\t' | 0);
    let end = text.iter().rposition(|byte| !filling(byte)).map_or(0, |at| at + 1);
    text.get(..end).unwrap_or_default()
}
