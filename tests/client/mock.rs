//! What the mock signs is believed by whoever believes the test authority: in Node for every kind of key, and in Chromium.

use std::io::Write;
use std::process::{Command, Stdio};

use ankong_verify::CmsVerifier;
use serde_json::{Value, json};
use time::OffsetDateTime;
use virtual_card::issue::KeyKind;
use virtual_card::{CardImage, Profile};

use crate::by_hand;
use crate::site::World;
use crate::support::cards::{ID_TAIL, NAME, expired_image, image, image_of, trust, verifier_for};
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
    for (profile, key, algorithm) in [
        (Profile::MoicaGen1, KeyKind::Rsa2048, "RS256"),
        (Profile::MoicaGen2, KeyKind::Rsa2048, "RS256"),
        (Profile::Piv, KeyKind::P256, "ES256"),
        (Profile::Iso7816Part15, KeyKind::P384, "ES384"),
    ] {
        let answers = in_node(&image_of(profile, key), &challenge, "SHA-256");
        let token = &answers["proof"]["token"];
        assert_eq!(token["algorithm"], algorithm);
        let person = verifier_for(ORIGIN)
            .verify(token.to_string().as_bytes(), &challenge, OffsetDateTime::now_utc())
            .unwrap();
        let person = person.subject();
        assert_eq!((person.name.as_str(), person.last_four.as_deref()), (NAME, Some(ID_TAIL)));
        if algorithm == "RS256" {
            by_hand::accepts(token, ORIGIN, &challenge).unwrap();
        }
        assert_eq!(answers["certificates"]["signing"], token["unverifiedCertificate"]);
    }
}

#[test]
fn a_signature_of_the_mock_is_cms_that_the_library_and_openssl_accept() {
    for (profile, key, hash) in [
        (Profile::MoicaGen1, KeyKind::Rsa2048, "SHA-256"),
        (Profile::Iso7816Part15, KeyKind::Rsa4096, "SHA-512"),
        (Profile::Piv, KeyKind::P256, "SHA-256"),
        (Profile::Iso7816Part15, KeyKind::P384, "SHA-384"),
    ] {
        let answers = in_node(&image_of(profile, key), &challenge(), hash);
        let (verifier, now) = (CmsVerifier::new(trust()), OffsetDateTime::now_utc());
        let attached = &answers["attached"]["cms"];
        let document = verifier.verify_attached(&der(attached), now).unwrap();
        assert_eq!(
            (document.content.as_slice(), document.signer().name.as_str()),
            (CONTENT.as_bytes(), NAME)
        );
        assert_eq!(by_hand::accepts_cms(attached, None).unwrap(), CONTENT.as_bytes(), "{key:?}");
        let detached = &answers["detached"]["cms"];
        verifier.verify_detached(&der(detached), CONTENT.as_bytes(), now).unwrap();
        by_hand::accepts_cms(detached, Some(CONTENT.as_bytes())).unwrap();
        by_hand::accepts_cms(detached, Some(b"another content")).unwrap_err();
    }
}

fn der(base64: &Value) -> Vec<u8> {
    openssl::base64::decode_block(base64.as_str().unwrap()).unwrap()
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
