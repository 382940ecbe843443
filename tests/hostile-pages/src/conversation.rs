//! One connection to the door, from the first byte to the last.

use std::sync::{Arc, LazyLock};
use std::time::SystemTime;

use ankong::endpoint::{Behind, InWork, Routes, converse};
use ankong::origins::Origins;
use ankong::reader::InProcess;
use ankong::session::caller::Caller;
use ankong::session::cancel::Cancel;
use ankong::session::consent::{Consent, Dialog, NoWindow, Question};
use ankong::session::origin::OriginPattern;
use ankong::session::{Desk, Refusal};
use ankong_hostile::{Subject, issuer_keys};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// The port the door believes to have.
pub(crate) const PORT: u16 = 24443;
/// A site beside the built-in list.
pub(crate) const SITE: &str = "https://localhost:8443";

/// Everything that comes back when `bytes` are sent and nothing more.
pub(crate) fn answers_to(bytes: &[u8]) -> Vec<u8> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let (mut page, door) = tokio::io::duplex(PIPE);
        let conversation = converse(door, &ROUTES, Arc::new(|| Caller::Unknown), InWork::default());
        let sending = async {
            let mut answers = Vec::new();
            let _ = page.write_all(bytes).await; // the door may have heard enough
            let _ = page.read_to_end(&mut answers).await;
            answers
        };
        tokio::join!(conversation, sending).1
    })
}

/// More than a fuzzer sends.
const PIPE: usize = 64 * 1024;

/// A card is there, and nobody to agree.
static ROUTES: LazyLock<Routes> = LazyLock::new(|| {
    let reader = InProcess::new(issuer_keys());
    reader.insert(Subject::PivOnP256.card()).unwrap();
    let desk = Desk::new(Arc::new(reader), Arc::new(Nobody), SystemTime::now, |b| b.fill(7), || {});
    let origins = Arc::new(origins());
    let nobody = Arc::new(|| {});
    let sentences = Arc::new(|code: &str, _: &str| code.to_owned());
    Routes::new(
        PORT,
        Behind {
            desk: Arc::new(desk),
            origins,
            asked: nobody,
            wanted: Arc::new(|_| {}),
            sentences,
        },
    )
});

/// The site is allowed, as the administrator would.
pub(crate) fn origins() -> Origins {
    Origins::new(vec![OriginPattern::parse(SITE).unwrap()], None)
}

struct Nobody;

impl Consent for Nobody {
    fn ask(&self, _: &Question, _: &Cancel) -> Result<Box<dyn Dialog>, NoWindow> {
        Err(NoWindow)
    }

    fn tell(&self, _: &Question, _: Refusal) {}
}
