//! The stage of one test: everything runs, and the member has signed in and come as far as the page of the card.

use std::fs;
use std::time::{Duration, Instant};

use ankong_stage::{Browser, Casting, Ensemble, TemporaryHome, VirtualDisplay, figures, gold};
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Play {
    pub(crate) ensemble: Ensemble,
    pub(crate) browser: Browser,
    pub(crate) display: VirtualDisplay,
    _home: TemporaryHome,
}

impl Play {
    pub(crate) async fn start() -> Self {
        Self::cast(Casting::default()).await
    }

    pub(crate) async fn cast(casting: Casting) -> Self {
        let play = Self::before_the_first_page(casting).await;
        gold::open_gold_page(&play.browser, &play.ensemble, &mut |_| {}).await.unwrap();
        play
    }

    /// The same before anybody has signed in.
    pub(crate) async fn before_the_first_page(casting: Casting) -> Self {
        let home = TemporaryHome::create().unwrap();
        let display = VirtualDisplay::start(&home.environment()).unwrap();
        let casting = Casting { display: display.environment(), ..casting };
        let ensemble = Ensemble::start(&casting, &mut |_| {}).unwrap();
        let arguments = ensemble.chromium_arguments();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let browser = Browser::start(ensemble.home(), &arguments).await.unwrap();
        Self { ensemble, browser, display, _home: home }
    }

    /// How often the card was asked to verify a PIN.
    pub(crate) fn verifies(&self) -> usize {
        let trace = self.ensemble.trace().unwrap();
        figures::verifies(&figures::commands(&trace).unwrap())
    }

    /// Whether a program has written this into its log.
    pub(crate) fn logged(&self, log: &str, words: &str) -> bool {
        fs::read_to_string(self.ensemble.folder().join(log)).unwrap().contains(words)
    }

    /// What an expression in the page comes to.
    pub(crate) async fn evaluate(&self, expression: &str) -> Value {
        let script = format!("return {expression}");
        self.browser.client().execute(&script, Vec::new()).await.unwrap()
    }

    /// Waits until an expression in the page is true.
    pub(crate) async fn wait_until(&self, condition: &str) {
        let until = Instant::now() + PATIENCE;
        while self.evaluate(condition).await != true {
            let body = "document.body.innerText";
            assert!(Instant::now() < until, "not {condition}: {}", self.evaluate(body).await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub(crate) fn wait_for_window(&self) {
        self.display.wait_for_window(gold::WINDOW, PATIENCE).unwrap();
    }
}

pub(crate) fn block_on(play: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(play);
}
