//! PKCS#11 modules for Windows: loaded by a child that is shut in, one signs what a person agreed to, be it of 64 or of 32
//! bits; and one for another processor is told of and never loaded.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing test may panic"
)]

mod token;

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use ankong_stage::{PrivatePcscd, Process, TemporaryHome, VirtualDisplay, eventually};
use ankong_verify::{Fingerprint, Origin, Trust, Verifier};
use ankong_wine::{Windows, built};
use openssl::base64::encode_block;
use serde_json::Value;
use time::OffsetDateTime;
use token::Token;
use virtual_card::vpcd;

const PATIENCE: Duration = Duration::from_secs(60);
/// Where HiCOS puts its own, and for which processor.
const WIDE: (&str, &str) = (r"windows\system32\HiCOSPKCS11.dll", "x86_64");
const NARROW: (&str, &str) = (r"windows\syswow64\HiCOSPKCS11.dll", "i686");
/// `IMAGE_FILE_MACHINE_ARM64`, Microsoft's "PE Format".
const ARM64: [u8; 2] = [0x64, 0xAA];
const SITE: &str = "https://id.taipei";
const WRONG_PIN: &str = "135799";
const BOX: &str = "安控";

fn module(windows: &Windows, (place, processor): (&str, &str)) -> PathBuf {
    let library = windows.file(place);
    let sources = ["module/pkcs11.c", "module/token.c"];
    windows.compile(processor, &sources, &["-shared"], &library).unwrap();
    library
}

fn doctor(windows: &Windows) -> String {
    windows.run(built("ankong.exe").unwrap(), &["doctor"]).unwrap().text
}

#[test]
fn modules_of_both_kinds_are_loaded_by_a_child_and_tell_their_token() {
    let windows = Windows::new().unwrap();
    module(&windows, WIDE);
    module(&windows, NARROW);
    let said = doctor(&windows);
    for folder in ["System32", "SysWOW64"] {
        assert!(said.contains(&format!(r"{folder}\HiCOSPKCS11.dll：1 張卡片。")), "{said}");
    }
}

#[test]
fn one_for_another_processor_is_named_and_not_loaded() {
    let windows = Windows::new().unwrap();
    let library = module(&windows, WIDE);
    let mut bytes = fs::read(&library).unwrap();
    let header = u32::from_le_bytes(bytes[0x3C..0x40].try_into().unwrap()) as usize;
    bytes[header + 4..header + 6].copy_from_slice(&ARM64);
    fs::write(&library, bytes).unwrap();
    let said = doctor(&windows);
    let why = "它是給 aarch64 處理器用的；安控只能載入 x86_64 / x86 的模組。";
    assert!(said.contains(why), "{said}");
}

/// A citizen's card, which is read without keys, and its module, which has the way to its signature.
struct Signing {
    program: Process,
    display: VirtualDisplay,
    windows: Windows,
    challenge: String,
}

impl Signing {
    fn start(windows: Windows, display: VirtualDisplay) -> Self {
        let mut random = [0; 32];
        openssl::rand::rand_bytes(&mut random).unwrap();
        let challenge = encode_block(&random);
        let program = built("ankong.exe").unwrap();
        let asked = ["sign", "--json", "--origin", SITE, "--challenge", &challenge];
        let program = windows.start(program, &asked).unwrap();
        Self { program, display, windows, challenge }
    }

    /// Waits until a window says so.
    fn wait_for(&self, text: &str) {
        let mut texts = String::new();
        let said = eventually(text, PATIENCE, || {
            texts = self.windows.texts()?;
            Ok(texts.contains(text).then_some(()))
        });
        said.unwrap_or_else(|error| {
            panic!("{error}: {texts}{}", fs::read_to_string(self.program.log()).unwrap())
        });
    }

    /// Types into the box that is there until the token has been asked: the box takes no keys at first.
    fn enter(&self, pin: &str, token: &Token, logins: &str) {
        self.display.wait_for_window(BOX, PATIENCE).unwrap();
        eventually("the token is asked", PATIENCE, || {
            self.display.key("ctrl+a")?;
            self.display.type_text(pin)?;
            self.display.key("Return")?;
            let asked = eventually("", Duration::from_secs(5), || {
                Ok((token.logins() == logins).then_some(()))
            });
            Ok(asked.is_ok().then_some(()))
        })
        .unwrap();
    }
}

#[test]
fn a_module_signs_what_was_agreed_to_and_a_wrong_pin_is_counted_once_and_told() {
    signs(WIDE);
}

#[test]
fn so_does_one_of_32_bits() {
    signs(NARROW);
}

fn signs(kind: (&str, &str)) {
    let (home, pcscd) = (TemporaryHome::create().unwrap(), PrivatePcscd::start().unwrap());
    let display = VirtualDisplay::start(&home.environment()).unwrap();
    let windows = Windows::with([display.environment(), pcscd.environment()].concat()).unwrap();
    module(&windows, kind);
    let token = Token::issue(&windows.file("token"));
    let card = vpcd::serve(token.image.insertable().unwrap(), pcscd.vpcd_port(), |_| {}).unwrap();

    let mut signing = Signing::start(windows, display);
    signing.wait_for("剩餘次數：卡片未告知");
    assert_eq!(token.logins(), "", "nobody has entered anything");
    signing.enter(WRONG_PIN, &token, "-");
    signing.wait_for("PIN 碼不正確");
    signing.wait_for("還可以輸入 2 次 PIN 碼");
    assert_eq!(token.logins(), "-", "one entry, one try");
    signing.display.screenshot(&picture(&format!("windows-module-{}", kind.1))).unwrap();
    signing.enter(Token::PIN, &token, "-+");
    let answer = signing.program.wait_for_line("{\"token\"", PATIENCE).unwrap();
    assert!(signing.program.wait(PATIENCE).unwrap().success());
    assert_eq!(token.logins(), "-+");
    card.pull();

    let answer: Value = serde_json::from_str(&answer).unwrap();
    let verifier = verifier(&token);
    let (bytes, now) = (answer["token"].to_string(), OffsetDateTime::now_utc());
    verifier.verify(bytes.as_bytes(), &signing.challenge, now).unwrap();
    assert!(verifier.verify(bytes.as_bytes(), &encode_block(&[0; 32]), now).is_err());
}

/// Believes the authority of this token; nobody is asked about revocation.
fn verifier(token: &Token) -> Verifier {
    let trust = Trust::builder()
        .anchor(&token.root, Fingerprint::of(&token.root))
        .intermediate(&token.issuer)
        .without_revocation();
    Verifier::new(Origin::parse(SITE).unwrap(), trust.build().unwrap().into())
}

fn picture(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pictures");
    fs::create_dir_all(&folder).unwrap();
    folder.join(format!("{name}.png"))
}
