//! What a PIN, a card and its holder leave behind: nothing in any log line of any level, and no
//! picture of the memory.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::process::Command;
use std::sync::{Arc, Mutex};

use ankong::reader::InProcess;
use ankong_stage::{Process, TemporaryHome, built, eventually, install_program};
use tracing::Level;
use virtual_card::Profile;
use virtual_card::issue::KeyKind;

use crate::helper::PATIENCE;
use crate::support::cards::{ID_TAIL, NAME, PIN, image, image_of, keys, reader_with, traced};
use crate::support::person::{Move, ScriptedPerson};
use crate::support::{Door, challenge};

const NATIONAL_ID: &str = "A123456789";
const WRONG: [&str; 3] = ["111111", "222222", "333333"];

/// Everything that is logged in this process, whatever its level.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn no_log_line_of_any_level_has_a_pin_a_card_number_an_id_or_a_name() {
    let lines = Lines::default();
    let writer = lines.clone();
    tracing_subscriber::fmt()
        .with_max_level(Level::TRACE)
        .without_time() // whose digits can be a PIN's
        .with_writer(move || writer.clone())
        .init();
    let mut numbers = Vec::new();
    for image in [
        image(),
        image_of(Profile::MoicaGen2, KeyKind::Rsa2048),
        image_of(Profile::Iso7816Part15, KeyKind::P256),
        image_of(Profile::Piv, KeyKind::P256),
    ] {
        numbers.push(image.card_number.clone());
        let door = |faults: &[&str], moves: &[Move]| {
            let (reader, _) = reader_with(&image, faults);
            let door = Door::open(reader, ScriptedPerson::new(moves));
            door.authenticate(&challenge(), Some(ID_TAIL)).status
        };
        assert_eq!(door(&[], &[Move::Pin(WRONG[0]), Move::Pin(PIN)]), 200);
        let blocks = WRONG.map(Move::PinOnLastTry);
        assert_eq!(door(&[], &blocks), 403);
        for fault in
            ["pull-after=20:1", "pull-during=20:1", "answer:6F00=20", "half=20", "reset=20"]
        {
            door(&[fault], &[Move::Pin(PIN), Move::Decline]); // whatever comes of it
        }
        let (reader, _) = reader_with(&image, &[]);
        let door = Door::open(reader, ScriptedPerson::new(&[Move::Pin(PIN)]));
        assert_eq!(door.authenticate(&challenge(), Some("0000")).status, 403);
    }
    let broken = Arc::new(InProcess::new(keys()));
    let _ = broken.insert(traced(&image(), &["half=B0"]).0);

    let log = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("answered") && log.contains("pin-blocked"), "{log}");
    let bytes = |text: &str, one: &dyn Fn(u8) -> String, between: &str| {
        text.bytes().map(one).collect::<Vec<_>>().join(between)
    };
    let pins = [PIN].into_iter().chain(WRONG);
    for secret in pins.chain(numbers.iter().map(String::as_str)).chain([NATIONAL_ID, NAME]) {
        let forms = [
            secret.to_owned(),
            bytes(secret, &|byte| format!("{byte:02X}"), ""),
            bytes(secret, &|byte| format!("{byte:02x}"), ""),
            bytes(secret, &|byte| format!("{byte:02X}"), " "),
            bytes(secret, &|byte| byte.to_string(), ", "), // a derived Debug
        ];
        for form in forms.iter().filter(|form| !form.is_empty()) {
            let line = log.lines().find(|line| line.contains(form.as_str()));
            assert_eq!(line, None, "{secret} is logged as {form}");
        }
    }
}

/// Who is not root runs these programs as they are; who is, as nobody: of a process that may be
/// dumped the files in /proc belong to its user, else to root.
const NOBODY: u32 = 65_534;

#[test]
fn neither_the_program_nor_its_window_can_be_dumped() {
    let home = TemporaryHome::create().unwrap();
    let folder = tempfile::tempdir().unwrap(); // the programs where everybody may start them
    for name in ["ankong", "ankong-window"] {
        install_program(&built(name).unwrap(), &folder.path().join(name)).unwrap();
    }
    let card = home.path().join("card.toml");
    crate::support::cards::image().save(&card).unwrap();
    let root = fs::metadata("/proc/self").unwrap().uid() == 0;
    if root {
        fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
        let owner = format!("{NOBODY}:{NOBODY}");
        let done = Command::new("chown").args(["-R", &owner]).arg(home.path()).status().unwrap();
        assert!(done.success());
    }
    let command = |name: &str, arguments: &[&str]| {
        let program = folder.path().join(name);
        let mut command = if root {
            let mut command = Command::new("setpriv");
            command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.args(arguments).envs(home.environment()).env_remove("DISPLAY");
        command.env("WEBKIT_DISABLE_COMPOSITING_MODE", "1"); // see crates/window/src/process.rs
        command
    };
    let mut serve = command("ankong", &["serve", "--headless", "--port", "0", "--virtual-card"]);
    serve.arg(&card);
    let program = Process::start(serve, &folder.path().join("ankong.log")).unwrap();
    program.wait_for_line("https://localhost:", PATIENCE).unwrap();
    assert!(is_sealed("ankong", program.id()));

    // Without an order it waits for one, sealed before it asks.
    let window = command("ankong-window", &[]);
    let window = Process::start(window, &folder.path().join("window.log")).unwrap();
    eventually("the window's process is sealed", PATIENCE, || {
        Ok(is_sealed("ankong-window", window.id()).then_some(()))
    })
    .unwrap();

    // The same look at a process that can be dumped, so that this test can fail.
    let sleeper = if root {
        let mut command = Command::new("setpriv");
        command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups", "sleep", "60"]);
        command
    } else {
        let mut command = Command::new("sleep");
        command.arg("60");
        command
    };
    let sleeper = Process::start(sleeper, &folder.path().join("sleep.log")).unwrap();
    eventually("another process belongs to its user", PATIENCE, || {
        Ok((owner(sleeper.id()) != 0).then_some(()))
    })
    .unwrap();
}

fn owner(process: u32) -> u32 {
    fs::metadata(format!("/proc/{process}/mem")).map_or(0, |file| file.uid())
}

/// prctl(2), PR_SET_DUMPABLE: the files then belong to root; setrlimit(2), RLIMIT_CORE.
fn is_sealed(name: &str, process: u32) -> bool {
    let read = |file| fs::read_to_string(format!("/proc/{process}/{file}")).unwrap();
    let limits = read("limits");
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    let no_core = core.split_whitespace().skip(4).take(2).eq(["0", "0"]);
    read("comm").trim() == name && owner(process) == 0 && no_core
}
