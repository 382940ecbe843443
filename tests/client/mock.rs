//! What the mock signs is believed by whoever believes the test authority: in Node for every kind of key, and in Chromium.

use std::io::Write;
use std::process::{Command, Stdio};

use openssl::bn::BigNum;
use openssl::ecdsa::EcdsaSig;
use openssl::sha::{sha256, sha384};
use openssl::x509::X509;
use serde_json::{Value, json};
use time::OffsetDateTime;
use virtual_card::issue::KeyKind;
use virtual_card::{CardImage, Profile};

use crate::by_hand;
use crate::site::World;
use crate::support::cards::{ID_TAIL, NAME, expired_image, image, image_of, verifier_for};
use crate::support::challenge;

const ORIGIN: &str = "https://portal.example";
const CONTENT: &str = "同意書\r\n第一條";

/// Makes every call to the mock with this card.
fn in_node(image: &CardImage, challenge: &str, hash: &str) -> Value {
    let script = "
        const { authenticate, certificates, sign } = await import('./ankong.js');
        const { mockAnkong } = await import('./mock/mock.js');
        const text = (await import('node:fs')).readFileSync(0, 'utf8');
        const { card, origin, challenge, content, hash, idTail } = JSON.parse(text);
        await mockAnkong({ card, origin });
        const purpose = '測試';
        const told = (promise) => promise.catch(({ code, kind }) => ({ code, kind }));
        console.log(JSON.stringify({
            proof: await told(authenticate({ challenge, purpose, idTail })),
            attached: await told(sign({ content, hash, purpose })),
            detached: await told(sign({ content, hash, detached: true, purpose })),
            certificates: await told(certificates({ purpose })),
        }));";
    let card = toml::to_string(image).unwrap();
    let order = json!({
        "card": card, "origin": ORIGIN, "challenge": challenge, "content": CONTENT, "hash": hash, "idTail": ID_TAIL,
    });
    let mut node = Command::new("node")
        .args(["--input-type=module", "--eval", script])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/client"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    node.stdin.take().unwrap().write_all(order.to_string().as_bytes()).unwrap();
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_token_of_the_mock_verifies_as_one_of_the_program_does() {
    let challenge = challenge();
    for profile in [Profile::MoicaGen1, Profile::MoicaGen2] {
        let answers = in_node(&image_of(profile, KeyKind::Rsa2048), &challenge, "SHA-256");
        let token = &answers["proof"]["token"];
        let person = verifier_for(ORIGIN)
            .verify(token.to_string().as_bytes(), &challenge, OffsetDateTime::now_utc())
            .unwrap();
        let person = person.subject();
        assert_eq!((person.name.as_str(), person.last_four.as_deref()), (NAME, Some(ID_TAIL)));
        by_hand::accepts(token, ORIGIN, &challenge).unwrap();
        assert_eq!(answers["certificates"]["signing"], token["unverifiedCertificate"]);
    }
}

#[test]
fn a_token_of_an_elliptic_card_is_signed_with_the_hash_of_its_curve() {
    let challenge = challenge();
    for (key, algorithm) in [(KeyKind::P256, "ES256"), (KeyKind::P384, "ES384")] {
        let answers = in_node(&image_of(Profile::Iso7816Part15, key), &challenge, "SHA-256");
        let token = &answers["proof"]["token"];
        assert_eq!(token["algorithm"], algorithm);
        let decode =
            |field: &str| openssl::base64::decode_block(token[field].as_str().unwrap()).unwrap();
        let hash = |bytes: &[u8]| match key {
            KeyKind::P256 => sha256(bytes).to_vec(),
            _ => sha384(bytes).to_vec(),
        };
        let signed = hash(&[hash(ORIGIN.as_bytes()), hash(challenge.as_bytes())].concat());
        let raw = decode("signature");
        let (r, s) = raw.split_at(raw.len() / 2);
        let [r, s] = [r, s].map(|number| BigNum::from_slice(number).unwrap());
        let certificate = X509::from_der(&decode("unverifiedCertificate")).unwrap();
        let key = certificate.public_key().unwrap().ec_key().unwrap();
        let signature = EcdsaSig::from_private_components(r, s).unwrap();
        assert!(signature.verify(&signed, &key).unwrap());
    }
}

#[test]
fn a_signature_of_the_mock_is_cms_that_openssl_accepts() {
    for (profile, key, hash) in [
        (Profile::MoicaGen1, KeyKind::Rsa2048, "SHA-256"),
        (Profile::Iso7816Part15, KeyKind::Rsa4096, "SHA-512"),
        (Profile::Piv, KeyKind::P256, "SHA-256"),
        (Profile::Iso7816Part15, KeyKind::P384, "SHA-384"),
    ] {
        let answers = in_node(&image_of(profile, key), &challenge(), hash);
        let attached = by_hand::accepts_cms(&answers["attached"]["cms"], None).unwrap();
        assert_eq!(attached, CONTENT.as_bytes(), "{key:?}");
        let cms = &answers["detached"]["cms"];
        by_hand::accepts_cms(cms, Some(CONTENT.as_bytes())).unwrap();
        by_hand::accepts_cms(cms, Some(b"another content")).unwrap_err();
    }
}

#[test]
fn an_expired_card_of_the_mock_signs_nothing() {
    let answers = in_node(&expired_image(), &challenge(), "SHA-256");
    let refused = json!({ "code": "certificate-expired", "kind": "card" });
    assert_eq!(answers["proof"], refused);
    assert_eq!(answers["attached"], refused);
}

#[tokio::test]
async fn the_mock_works_in_a_page_and_the_token_is_for_its_origin() {
    let world = World::new();
    let site = world.site();
    let page = world.browser().await;
    page.open(&site, "/").await;
    let challenge = challenge();
    let card = json!(toml::to_string(&image()).unwrap());
    let answer = page
        .run(&format!(
            "const {{ mockAnkong }} = await import('/mock/mock.js');
             const mock = await mockAnkong({{ card: {card} }});
             const {{ state, card }} = await ankong.detect();
             const proof = await ankong.authenticate({{ challenge: '{challenge}', purpose: '測試' }});
             mock.restore();
             return {{ state, card, token: proof.token, after: (await ankong.detect({{ ports: [9] }})).state }};"
        ))
        .await;
    assert_eq!(answer["state"], "running", "{answer}");
    assert_eq!(answer["card"], "card-ready");
    assert_eq!(answer["after"], "not-running", "the page's own fetch is back");
    let token = answer["token"].to_string();
    let verifier = verifier_for(&site.origin);
    verifier.verify(token.as_bytes(), &challenge, OffsetDateTime::now_utc()).unwrap();
}
