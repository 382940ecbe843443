//! A member becomes gold with the installed program: real Chromium here asks the program for Windows, which asks the person
//! in a box of Windows' own (Wine has no WebView2) and the card through `winscard`. The box is used by keyboard.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test may panic")]

use std::path::PathBuf;
use std::time::Duration;

use ankong_stage::{
    Browser, Casting, Ensemble, TemporaryHome, VirtualDisplay, eventually, figures, gold,
};
use ankong_wine::{FOR_THE_USER, Windows, install, uninstall};

const PATIENCE: Duration = Duration::from_secs(30);
const BOX: &str = "安控|Ankong";
const WRONG_PIN: &str = "135799";

struct Play {
    browser: Browser,
    ensemble: Ensemble,
    display: VirtualDisplay,
    windows: Windows,
    _home: TemporaryHome,
}

impl Play {
    /// Up to the page that asks for the national ID, with the program as the installer left it.
    async fn start(in_process: bool) -> Self {
        let home = TemporaryHome::create().unwrap();
        let display = VirtualDisplay::start(&home.environment()).unwrap();
        let windows = Windows::with(display.environment()).unwrap();
        install(&windows, &[]).unwrap();
        let foreign = Some(windows.resident(&format!(r"C:\{FOR_THE_USER}\ankong.exe")));
        let display_of = display.environment();
        let casting = Casting { display: display_of, in_process, foreign, ..Casting::default() };
        let ensemble = Ensemble::start(&casting, &mut |_| {}).unwrap();
        let browser = Browser::start(ensemble.home(), &[]).await.unwrap();
        gold::open_gold_page(&browser, &ensemble, &mut |_| {}).await.unwrap();
        Self { browser, ensemble, display, windows, _home: home }
    }

    async fn ask(&self) {
        gold::ask(&self.browser, Ensemble::NATIONAL_ID).await.unwrap();
        let shown = self.display.wait_for_window(BOX, PATIENCE);
        let log = self.ensemble.folder().join("ankong.log");
        shown.unwrap_or_else(|error| panic!("{error}: {}", std::fs::read_to_string(log).unwrap()));
    }

    /// Types into the box that is there, as often as it takes: it takes no keys at first.
    fn answer(&self, keys: &dyn Fn(&VirtualDisplay)) {
        let number = self.display.wait_for_window(BOX, PATIENCE).unwrap();
        eventually("the box is answered", PATIENCE, || {
            if self.display.windows_named(BOX)?.contains(&number) {
                keys(&self.display); // and not into the box that comes after it
            }
            let gone = self.display.wait_until_gone_number(BOX, &number, Duration::from_secs(3));
            Ok(gone.is_ok().then_some(()))
        })
        .unwrap();
    }

    fn type_pin(&self, pin: &str) {
        self.answer(&|display| {
            display.key("ctrl+a").unwrap();
            display.type_text(pin).unwrap();
            display.key("Return").unwrap();
        });
    }
}

fn picture(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pictures");
    std::fs::create_dir_all(&folder).unwrap();
    folder.join(format!("{name}.png"))
}

fn block_on(play: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(play);
}

#[test]
fn installed_used_for_gold_installed_again_and_removed() {
    block_on(async {
        let play = Play::start(false).await;
        play.ask().await;
        play.display.screenshot(&picture("windows-box")).unwrap();
        play.type_pin(WRONG_PIN);
        play.type_pin(Ensemble::PIN);
        assert_eq!(gold::see_crown(&play.browser).await.unwrap(), "金質會員");
        let trace = play.ensemble.trace().unwrap();
        let commands = figures::commands(&trace).unwrap();
        let with_pin =
            commands.iter().filter(|line| line.as_str() == "00 20 00 80 Lc=8 Le=0").count();
        assert_eq!(with_pin, 2, "{commands:?}");

        // Over the running program, which is asked to end.
        install(&play.windows, &[]).unwrap();
        let program = play.windows.file(FOR_THE_USER).join("ankong.exe");
        eventually("the new one runs", PATIENCE, || {
            Ok(play.windows.run(&program, &["status"])?.well.then_some(()))
        })
        .unwrap();
        uninstall(&play.windows, FOR_THE_USER, &[]).unwrap();
    });
}

#[test]
fn without_a_reader_the_card_in_the_program_does_and_escape_refuses() {
    block_on(async {
        let play = Play::start(true).await;
        play.ask().await;
        play.answer(&|display| display.key("Escape").unwrap());
        while !gold::wait_for_message(&play.browser).await.unwrap().contains("拒絕") {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        play.ask().await;
        play.type_pin(Ensemble::PIN);
        assert_eq!(gold::see_crown(&play.browser).await.unwrap(), "金質會員");
    });
}
