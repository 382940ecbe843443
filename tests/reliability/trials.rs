//! The tests, each in a process with a PC/SC service of its own, at the worst moment: when the PIN is
//! sent. The same table as in process, one resident program from the first fault to the last. Also
//! what takes time and no processor, because here it passes beside the rest.
//!
//! libpcsclite reads the place of its socket once per process and from the environment alone. So
//! every test starts this program again.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use ankong_hostile::Subject;
use ankong_platform::process;
use ankong_stage::PrivatePcscd;
use libtest_mimic::{Arguments, Trial};

use crate::in_reader::InReader;
use crate::{idle, ready, unannounced, wake};

const SOCKET: &str = "PCSCLITE_CSOCK_NAME";
/// The name of the test to run, for a process that has a socket of its own.
const ALONE: &str = "ANKONG_TEST_ALONE";

type Test = (&'static str, fn(&Path));

const TESTS: [Test; 16] = [
    ("every_kind_of_fault_over_pcsc_with_moica_gen1", |socket| faults(socket, Subject::MoicaGen1)),
    ("every_kind_of_fault_over_pcsc_with_moica_gen2", |socket| faults(socket, Subject::MoicaGen2)),
    ("every_kind_of_fault_over_pcsc_with_iso7816_15", |socket| {
        faults(socket, Subject::Iso7816Part15);
    }),
    ("every_kind_of_fault_over_pcsc_with_piv", |socket| faults(socket, Subject::Piv)),
    ("a_reader_that_is_unplugged_with_moica_gen1", |socket| unplugged(socket, Subject::MoicaGen1)),
    ("a_reader_that_is_unplugged_with_moica_gen2", |socket| unplugged(socket, Subject::MoicaGen2)),
    ("a_reader_that_is_unplugged_with_iso7816_15", |socket| {
        unplugged(socket, Subject::Iso7816Part15);
    }),
    ("a_reader_that_is_unplugged_with_piv", |socket| unplugged(socket, Subject::Piv)),
    ("a_card_that_never_answers_costs_twenty_seconds_and_nothing_else", |socket| {
        InReader::of(virtual_readers(socket)).silence();
    }),
    ("a_card_that_somebody_holds_when_it_is_found_is_read_when_they_let_go", |socket| {
        InReader::of(virtual_readers(socket)).let_go();
    }),
    ("a_card_is_read_once_for_each_insertion", |socket| {
        InReader::of(virtual_readers(socket)).read_once();
    }),
    ("the_program_left_alone_costs_no_processor_time", |socket| {
        idle::costs_nothing(&virtual_readers(socket), false);
    }),
    ("the_program_left_alone_in_the_tray_costs_no_processor_time", |socket| {
        idle::costs_nothing(&virtual_readers(socket), true);
    }),
    ("what_changed_while_the_computer_slept_is_seen_two_seconds_after_waking", |socket| {
        wake::is_noticed_at_once(&mut virtual_readers(socket));
    }),
    ("a_service_that_announces_no_readers_is_asked_for_them", |socket| {
        unannounced::readers_are_found(&mut usb_reader(socket));
    }),
    ("a_card_is_ready_soon_after_its_reader_saw_it", |socket| {
        ready::soon_after_the_event(&usb_reader(socket));
    }),
];

fn faults(socket: &Path, subject: Subject) {
    InReader::of(virtual_readers(socket)).faults(subject);
}

fn unplugged(socket: &Path, subject: Subject) {
    InReader::of(usb_reader(socket)).unplugged(subject);
}

/// vpcd's, which look for their card every 400 ms and can be neither plugged in nor unplugged.
fn virtual_readers(socket: &Path) -> PrivatePcscd {
    PrivatePcscd::start_at(socket).unwrap()
}

/// One that has events, and can be unplugged.
fn usb_reader(socket: &Path) -> PrivatePcscd {
    PrivatePcscd::start_with_usb_at(socket, &ankong_peer_reader::library().unwrap()).unwrap()
}

pub(crate) fn run_apart() {
    if let Ok(alone) = std::env::var(ALONE) {
        tracing_subscriber::fmt().with_writer(std::io::stderr).without_time().init();
        let (_, test) = TESTS.iter().find(|(name, _)| *name == alone).unwrap();
        test(std::env::var_os(SOCKET).unwrap().as_ref());
        // Not by returning from main: threads of a monitor may still be leaving the service.
        process::end(0)
    }
    let mut arguments = Arguments::from_args();
    // They wait for a reader that looks for its card every 400 ms, not for the processor.
    arguments.test_threads = Some(TESTS.len());
    let trials = TESTS.iter().map(|(name, _)| Trial::test(*name, || start_alone(name)));
    libtest_mimic::run(&arguments, trials.collect()).exit();
}

fn start_alone(name: &str) -> Result<(), libtest_mimic::Failed> {
    let folder = tempfile::tempdir()?;
    let output = Command::new(std::env::current_exe()?)
        .env(SOCKET, folder.path().join("pcscd.comm"))
        .env(ALONE, name)
        .env("RUST_BACKTRACE", "0")
        .output()?;
    // What a test prints are figures, worth a look when all is well, too.
    std::io::stdout().write_all(&output.stdout)?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() { Ok(()) } else { Err(said.into()) }
}
