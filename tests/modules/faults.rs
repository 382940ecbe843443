//! A module that crashes, hangs or lies costs an error in time, and nothing else.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use ankong::module::{ModuleError, Modules, PATIENCE, Session};
use ankong_card::algorithm::Algorithm;
use ankong_module::wire::{Order, write_order};
use ankong_peer_pkcs11::{Call, Deed};
use ankong_stage::eventually;

use crate::support::{Mock, PIN, check, digest, hicos, pin, program, with_mischief};

/// For tests that wait until it is over.
const SHORT: Duration = Duration::from_secs(4);
/// What a busy machine adds; a module that is waited for does not come back in an hour.
const SLACK: Duration = Duration::from_secs(20);

/// Nobody waits for one that crashes, so it may take as long as it likes.
fn patience(deed: Deed) -> Duration {
    if deed == Deed::Hang { SHORT } else { PATIENCE }
}

fn found(during: Call, deed: Deed) -> ModuleError {
    let mock = Mock::new(&with_mischief(during, deed));
    let shown = mock.modules_within(patience(deed)).examine().remove(0).shown;
    shown.err().unwrap_or_else(|| panic!("{during:?} {deed:?} went well"))
}

fn opened(during: Call, deed: Deed) -> Session {
    let mock = Mock::new(&with_mischief(during, deed));
    mock.modules_within(patience(deed)).find(None).unwrap().open().unwrap()
}

#[test]
fn a_module_that_crashes_is_an_error() {
    for deed in [Deed::Abort, Deed::Segfault, Deed::Devour] {
        for during in [Call::Initialize, Call::GetSlotList, Call::GetAttributeValue] {
            let error = found(during, deed);
            assert!(matches!(error, ModuleError::Crashed), "{during:?} {deed:?}: {error}");
        }
        let error = opened(Call::Login, deed).login(Some(&pin(PIN))).unwrap_err();
        assert!(matches!(error, ModuleError::Crashed), "{deed:?}: {error}");
    }
    let mut session = opened(Call::Sign, Deed::Abort);
    session.login(Some(&pin(PIN))).unwrap();
    let error = session.sign(&digest(Algorithm::Rs256)).unwrap_err();
    assert!(matches!(error, ModuleError::Crashed), "{error}");
    // And it stays one.
    let error = session.sign(&digest(Algorithm::Rs256)).unwrap_err();
    assert!(matches!(error, ModuleError::Crashed), "{error}");
}

#[test]
fn a_module_that_hangs_is_an_error_in_time() {
    const { assert!(PATIENCE.as_secs() <= 20) };
    let mock = Mock::new(&with_mischief(Call::Initialize, Deed::Hang));
    let begun = Instant::now();
    let shown = mock.modules_within(4 * SHORT).examine().remove(0).shown;
    let error = shown.err().unwrap();
    assert!(matches!(error, ModuleError::TimedOut), "{error}");
    assert!(begun.elapsed() < 4 * SHORT, "half the patience for one module of several");
    let mut session = opened(Call::Login, Deed::Hang);
    let begun = Instant::now();
    let error = session.login(Some(&pin(PIN))).unwrap_err();
    assert!(matches!(error, ModuleError::TimedOut), "{error}");
    assert!(begun.elapsed() < SHORT + SLACK, "{:?}", begun.elapsed());
    let mut session = opened(Call::Sign, Deed::Hang);
    session.login(Some(&pin(PIN))).unwrap();
    let error = session.sign(&digest(Algorithm::Rs256)).unwrap_err();
    assert!(matches!(error, ModuleError::TimedOut), "{error}");
}

#[test]
fn a_module_that_does_not_finish_is_ended() {
    let mut session = opened(Call::Finalize, Deed::Hang);
    session.login(Some(&pin(PIN))).unwrap();
    session.sign(&digest(Algorithm::Rs256)).unwrap();
    let begun = Instant::now();
    drop(session);
    assert!(begun.elapsed() < SLACK, "{:?}", begun.elapsed());
}

#[test]
fn one_that_hangs_does_not_hide_the_next() {
    let [hanging, good] =
        [with_mischief(Call::Initialize, Deed::Hang), hicos()].map(|script| Mock::new(&script));
    let paths = [&hanging, &good].map(|mock| mock.library.clone());
    let modules = Modules::new(program(&[]), paths.to_vec(), 3 * SHORT);
    assert_eq!(modules.find(None).unwrap().module(), good.library);
}

#[test]
fn a_module_that_lies_about_lengths_is_an_error() {
    for during in [Call::GetSlotList, Call::GetAttributeValue] {
        let error = found(during, Deed::HugeCount);
        assert!(matches!(error, ModuleError::Crashed), "{during:?}: {error}");
    }
    let mut session = opened(Call::Sign, Deed::HugeCount);
    session.login(Some(&pin(PIN))).unwrap();
    let error = session.sign(&digest(Algorithm::Rs256)).unwrap_err();
    assert!(matches!(error, ModuleError::Crashed), "{error}");
}

#[test]
fn a_module_that_takes_its_process_over_is_not_believed() {
    for during in [Call::Initialize, Call::GetSlotList] {
        for deed in [Deed::Garbage, Deed::Flood] {
            let error = found(during, deed);
            assert!(matches!(error, ModuleError::Garbled), "{during:?} {deed:?}: {error}");
        }
    }
    let error = opened(Call::Login, Deed::Garbage).login(Some(&pin(PIN))).unwrap_err();
    assert!(matches!(error, ModuleError::Garbled), "{error}");
}

#[test]
fn a_module_that_prints_disturbs_nobody() {
    let mock = Mock::new(&with_mischief(Call::Sign, Deed::Print));
    let found = mock.modules().find(None).unwrap();
    let mut session = found.open().unwrap();
    session.login(Some(&pin(PIN))).unwrap();
    check(&found, &session.sign(&digest(Algorithm::Rs256)).unwrap());
}

#[test]
fn a_child_that_hangs_dies_with_its_parent() {
    let mock = Mock::new(&with_mischief(Call::Initialize, Deed::Hang));
    let order = mock.folder.path().join("order");
    let open = Order::Open(mock.library.clone());
    write_order(&mut File::create(&order).unwrap(), &open).unwrap();
    let mut parent = Command::new("sh")
        .args(["-c", r#""$0" module-worker <"$1" >&2 & echo $!; wait"#])
        .arg(env!("CARGO_BIN_EXE_ankong"))
        .arg(&order)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(parent.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let child = Path::new("/proc").join(line.trim());
    std::thread::sleep(Duration::from_secs(1));
    assert!(child.exists(), "its order's end is not what ended it");
    parent.kill().unwrap();
    parent.wait().unwrap();
    eventually("the child is gone", Duration::from_secs(10), || {
        // Whoever inherited it may leave it unburied.
        let state = std::fs::read_to_string(child.join("stat")).unwrap_or_default();
        Ok((state.is_empty() || state.contains(") Z ")).then_some(()))
    })
    .unwrap();
}
