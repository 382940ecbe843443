//! Which module, which token, which certificate, which key.

use ankong::module::{ModuleError, Modules};
use ankong_card::algorithm::Algorithm;
use ankong_card::card::PinRule;
use ankong_peer_pkcs11::Script;

use crate::support::{Mock, PATIENCE, der, hicos, image, log_in_and_sign, program};

#[test]
fn a_card_with_the_objects_of_hicos_signs_with_the_key_of_its_signature_certificate() {
    let mock = Mock::new(&hicos());
    let found = mock.modules().find(None).unwrap();
    let certificates = image().certificates;
    assert_eq!(found.certificates().signing, der(&certificates.signature));
    assert_eq!(found.certificates().issuers, [der(&certificates.issuer), der(&certificates.root)]);
    assert_eq!(found.algorithm(), Algorithm::Rs256);
    assert_eq!(found.label(), "HiCOS PKI Smart Card");
    assert_eq!(found.pin_rule(), PinRule { min: 6, max: 8 });
    assert_eq!((found.tries_left(), found.pin_pad()), (None, false));
    log_in_and_sign(&found);
}

#[test]
fn a_card_that_was_read_natively_is_found_by_its_certificate() {
    let other = Mock::new(&Script { certificates: Vec::new(), ..hicos() });
    let mock = Mock::new(&hicos());
    let paths = [&other, &mock].map(|mock| mock.library.clone());
    let modules = Modules::new(program(&[]), paths.to_vec(), PATIENCE);
    let found = modules.find(Some(&der(&image().certificates.signature))).unwrap();
    assert_eq!(found.module(), mock.library);
    log_in_and_sign(&found);
    let error = modules.find(Some(b"another card")).err().unwrap();
    assert!(
        matches!(&error, ModuleError::NoneKnowsTheCard(reasons)
        if reasons.matches("it shows no such certificate").count() == 2),
        "{error}"
    );
}

#[test]
fn a_key_without_the_certificates_id_is_found_by_its_label() {
    let mut script = hicos();
    script.certificates[3].label = "k1 \t".to_owned();
    script.certificates[3].id = String::new();
    log_in_and_sign(&Mock::new(&script).modules().find(None).unwrap());
}

#[test]
fn a_certificate_without_a_key_is_told_after_the_login() {
    let mut script = hicos();
    script.keys.truncate(2);
    let mut session = Mock::new(&script).open();
    let error = session.login(Some(&crate::support::pin(crate::support::PIN))).unwrap_err();
    assert!(matches!(error, ModuleError::NoKey));
}

#[test]
fn a_card_that_was_exchanged_gets_no_pin() {
    let mock = Mock::new(&hicos());
    let found = mock.modules().find(None).unwrap();
    let mut other = hicos();
    other.certificates.pop();
    other.place(mock.folder.path()).unwrap();
    assert!(matches!(found.open().err().unwrap(), ModuleError::AnotherCard));
}

#[test]
fn limits_of_the_pin_that_make_no_sense_are_not_believed() {
    for senseless in [(0, 0), (9, 3), (u64::MAX, u64::MAX)] {
        let mock = Mock::new(&Script { pin_length: senseless, ..hicos() });
        let rule = mock.modules().find(None).unwrap().pin_rule();
        assert_eq!(rule, PinRule { min: 1, max: 16 }, "{senseless:?}");
    }
}

#[test]
fn nothing_installed_says_what_to_install() {
    let modules = Modules::new(program(&[]), Vec::new(), PATIENCE);
    let error = modules.find(None).err().unwrap();
    assert!(matches!(error, ModuleError::NoModule));
    assert!(error.to_string().contains("https://moica.nat.gov.tw"), "{error}");
}

#[test]
fn what_is_no_module_is_named_and_skipped() {
    let mock = Mock::new(&hicos());
    let text = mock.folder.path().join("text.so");
    std::fs::write(&text, "no library").unwrap();
    let open = mock.folder.path().join("open.so");
    std::fs::copy(&mock.library, &open).unwrap();
    let everybody = std::os::unix::fs::PermissionsExt::from_mode(0o777);
    std::fs::set_permissions(&open, everybody).unwrap();
    let missing = mock.folder.path().join("missing.so");
    let libraries = vec![missing, text, open, "/proc/self/exe".into(), mock.library.clone()];
    let modules = Modules::new(program(&[]), libraries, PATIENCE);
    assert_eq!(modules.find(None).unwrap().module(), mock.library);
    let shown: Vec<_> = modules.examine().into_iter().map(|examined| examined.shown).collect();
    assert!(matches!(shown[0], Err(ModuleError::NotLoaded(_))));
    assert!(matches!(shown[1], Err(ModuleError::NotLoaded(_))));
    assert!(
        matches!(&shown[2], Err(ModuleError::Unprotected(place)) if place.ends_with("open.so"))
    );
    assert!(matches!(shown[3], Err(ModuleError::NotLoaded(_))));
    assert_eq!(shown[4].as_ref().unwrap().tokens.len(), 1);
}
