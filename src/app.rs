//! Puts the rooms together and runs until told to stop. Nothing else knows this file but `main`.

mod board;

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;
use std::time::SystemTime;

use anyhow::Context;
use board::Board;
use tokio::sync::Notify;

use crate::autostart::Autostart;
use crate::cli::Serve;
use crate::config::Administration;
use crate::crashes::Run;
use crate::endpoint::identity::{self, Identity};
use crate::endpoint::{Behind, Endpoint, PORTS, Sentences};
use crate::instance::Instance;
use crate::module::{Modules, WithModules};
use crate::origins::Origins;
use crate::paths::{self, Paths, UserFolders};
use crate::reader::{InProcess, Monitor};
use crate::session::cards::Cards;
use crate::session::{Desk, Status};
use crate::settings::Settings;
use crate::stop::told_to_stop;
use crate::ui::Ladder;
use crate::ui::panel::PanelWindow;
use crate::ui::panel::model::{Board as _, Deed, Page, Step};
use crate::ui::texts::{Language, Texts, Voice};
use crate::ui::tray::{self, Choice, TrayLine};
use crate::{hardening, logging, random, wake};

/// One instance runs for each user.
#[derive(Debug, thiserror::Error)]
#[error("the program already runs; hint: `ankong status` shows where")]
pub struct AlreadyRuns;

/// Runs the program until it is told to stop.
///
/// # Errors
/// It cannot start; the message says why and what to do. [`AlreadyRuns`] is one of the reasons.
pub fn serve(options: Serve) -> anyhow::Result<()> {
    let paths = Paths::of_user()?;
    let Some(instance) = Instance::take(&paths.runtime)? else { return Err(AlreadyRuns.into()) };
    // The tray is started by a desktop, which throws away what is said or keeps it without bound.
    let unseen = !options.headless && !std::io::stderr().is_terminal();
    logging::start(tracing::Level::INFO, unseen.then_some(&paths.logs));
    hardening::keep_secrets();
    let named = options.config.is_some();
    let _run = Run::begin(&paths, SystemTime::now())
        .inspect_err(|error| tracing::warn!(%error, "a crash would not be noted"));
    let file = options.config.clone().unwrap_or_else(paths::administrators_file);
    let administration = Administration::load(&file, named)?;
    let identity = identity::load_or_make(&paths.data, SystemTime::now())?;
    let settings = Arc::new(Settings::load(paths.settings_file()));
    let chosen = board::language(settings.values().language);

    let voice = Arc::new(Voice::new(chosen.unwrap_or_else(Language::of_environment)));
    let stop = Arc::new(Notify::new());
    let changes = Changes::default();
    let cards = cards(options.virtual_card, &options.modules, &administration, &changes)?;
    let readers = Arc::downgrade(&cards);
    wake::tell(move || {
        if let Some(readers) = readers.upgrade() {
            readers.look_again();
        }
    });
    let window = Ladder::new(paths::window_program()?, &voice);
    let desk = Arc::new(Desk::new(cards, Arc::new(window), SystemTime::now, random::fill, {
        let changes = changes.clone();
        move || changes.happened()
    }));
    desk.remember(!settings.values().forget_requests);
    let file = administration.user_origins.then(|| paths.origins_file());
    let origins = Arc::new(Origins::new(administration.allowed_origins, file));
    let folders = UserFolders::of_user()?;
    let line = Arc::<OnceLock<TrayLine>>::default();
    let port = Arc::<OnceLock<u16>>::default();
    let board = Arc::new(Board {
        origins: Arc::clone(&origins),
        desk: Arc::downgrade(&desk),
        settings: Arc::clone(&settings),
        voice: Arc::clone(&voice),
        autostart: Autostart::of_user(&folders)?,
        paths,
        folders,
        config: options.config,
        port: Arc::clone(&port),
        tray: Arc::clone(&line),
        looking: Mutex::default(),
    });
    let panel = PanelWindow::new(paths::window_program()?, Arc::clone(&voice), board.clone())?;
    let behind = Behind {
        desk: Arc::clone(&desk),
        asked: board::asked(&origins, &panel, &line),
        wanted: board::wanted(&board, &panel, &stop),
        origins,
        sentences: sentences(),
    };
    let ports = options.port.map_or(PORTS.to_vec(), |port| vec![port]);

    let ended = Arc::clone(&stop);
    let opened = move |open: u16| {
        let _ = port.set(open);
    };
    let work = move || open(&ports, identity, behind, instance, &ended, opened);
    if options.headless {
        changes.watched_by(&desk, move |_| panel.refresh());
        drop(desk);
        return work();
    }
    let first_run = !settings.values().first_run_done;
    let at_tray = Arc::clone(&board);
    let (shown_panel, of_tray) = (panel.clone(), line.clone());
    tray::beside(
        voice,
        move |choice| match choice {
            Choice::Look(page) => {
                if page == Page::Sites
                    && let Some(line) = of_tray.get()
                {
                    line.asked(None); // whoever asked is seen now
                }
                shown_panel.show(page);
            }
            Choice::Speak(language) => {
                // What cannot be done is in the log; the menu shows how things are.
                let _ = at_tray.act(&Deed::Speak(language));
                shown_panel.refresh();
            }
            Choice::SwitchAutostart => {
                at_tray.switch_autostart();
                shown_panel.refresh();
            }
            // With no icon to press, the window is how a person knows that the program runs.
            Choice::NoTray if !first_run => shown_panel.show(Page::Status),
            Choice::NoTray => {}
            Choice::Quit => stop.notify_one(),
        },
        move |shown| {
            let _ = line.set(shown.clone());
            let (greeting, greeted) = (Arc::clone(&board), panel.clone());
            // Looking into the browsers' stores takes longer than a start may.
            thread::Builder::new().name("greet".into()).spawn(move || greeting.greet(&greeted))?;
            if first_run {
                panel.show(Page::FirstRun(Step::Welcome));
            }
            changes.watched_by(&desk, move |status| {
                shown.show(status);
                panel.refresh();
            });
            // From here on the endpoint alone keeps the desk: it owns what calls the tray.
            drop(desk);
            work()
        },
    )?
}

/// Opens the door and serves until told to stop.
fn open(
    ports: &[u16],
    identity: Identity,
    behind: Behind,
    mut instance: Instance,
    stop: &Notify,
    opened: impl FnOnce(u16),
) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let endpoint = Endpoint::open(ports, identity, behind)
            .await
            .context("hint: another program holds the ports")?;
        instance.publish(endpoint.port())?;
        opened(endpoint.port());
        writeln!(std::io::stdout(), "https://localhost:{}", endpoint.port())?;
        tokio::select! {
            () = endpoint.serve(SystemTime::now) => {}
            () = stop.notified() => {}
            done = told_to_stop() => done?,
        }
        anyhow::Ok(())
    })?;
    // A request that still waits for the person waits on a thread of its own: not waited for.
    runtime.shutdown_background();
    Ok(())
}

/// Calls whoever shows the state, once there is somebody.
#[derive(Clone, Default)]
struct Changes(Arc<OnceLock<Box<dyn Fn() + Send + Sync>>>);

impl Changes {
    /// Has `show` follow the state of the desk. Asking for it is what makes modules be asked about
    /// a card, so it is done with nobody to show it to as well.
    fn watched_by(&self, desk: &Arc<Desk>, show: impl Fn(Status) + Send + Sync + 'static) {
        // The desk owns what calls this: a strong reference would keep it alive for ever.
        let desk = Arc::downgrade(desk);
        let look = move || {
            if let Some(desk) = desk.upgrade() {
                show(desk.state());
            }
        };
        look();
        let _ = self.0.set(Box::new(look));
    }

    fn happened(&self) {
        if let Some(show) = self.0.get() {
            show();
        }
    }
}

fn cards(
    virtual_card: Option<PathBuf>,
    modules: &[PathBuf],
    administration: &Administration,
    changes: &Changes,
) -> anyhow::Result<Arc<dyn Cards>> {
    let keys = administration.issuer_keys.clone();
    let Some(path) = virtual_card else {
        let happened = || {
            let changes = changes.clone();
            move || changes.happened()
        };
        let readers = Monitor::start(keys, administration.pin_pads, happened())?;
        let named = [modules, administration.modules.as_slice()].concat();
        let modules = move || Modules::of_computer(&named);
        return Ok(WithModules::new(Arc::new(readers), modules, happened()));
    };
    let image = virtual_card::CardImage::load(&path)?;
    let reader = InProcess::new(keys);
    reader.insert(image.insertable()?).context("the virtual card cannot be read")?;
    Ok(Arc::new(reader))
}

fn sentences() -> Sentences {
    let chinese = Texts::new(Language::Chinese);
    let english = Texts::new(Language::English);
    Arc::new(move |code, accept_language| {
        let texts = match Language::of_accept_language(accept_language) {
            Language::Chinese => &chinese,
            Language::English => &english,
        };
        texts.explain(code)
    })
}
