//! On Windows and macOS a tray icon lives on the main thread, in the event loop of its windows;
//! so the work gets a thread.

use std::io;
use std::sync::Arc;
use std::thread;

use tao::event::{Event, StartCause};
use tao::event_loop::{ControlFlow, EventLoop, EventLoopBuilder, EventLoopProxy};
use tao::platform::run_return::EventLoopExtRunReturn;

use super::{Choice, Chosen, News, Tray, telling};
use crate::ui::texts::Voice;

/// Tells the tray how things stand.
#[derive(Clone)]
pub struct TrayLine(EventLoopProxy<Call>);

telling!(TrayLine);

impl TrayLine {
    fn tell(&self, news: News) {
        let _ = self.0.send_event(Call::News(news));
    }
}

/// What comes to the event loop from other threads.
#[derive(Debug)]
enum Call {
    News(News),
    WorkIsOver,
}

pub(super) fn beside<T: Send + 'static>(
    voice: Arc<Voice>,
    chosen: Chosen,
    work: impl FnOnce(TrayLine) -> T + Send + 'static,
) -> io::Result<T> {
    let mut event_loop = event_loop();
    let line = TrayLine(event_loop.create_proxy());
    let end = End(event_loop.create_proxy());
    let worker = thread::Builder::new().name("work".into()).spawn(move || {
        let _end = end;
        work(line)
    })?;
    let mut unbuilt = Some((voice, chosen));
    let mut tray = None;
    event_loop.run_return(|event, _, flow| {
        *flow = ControlFlow::Wait;
        match event {
            // macOS wants the loop to run before there is an icon.
            Event::NewEvents(StartCause::Init) => {
                tray = unbuilt.take().and_then(|(voice, chosen)| {
                    let built = Tray::build(voice, &chosen);
                    if let Err(error) = &built {
                        tracing::warn!(%error, "there is no tray icon");
                        chosen(Choice::NoTray);
                    }
                    built.ok()
                });
            }
            Event::UserEvent(Call::News(news)) => {
                if let Some(tray) = &mut tray {
                    tray.hear(news);
                }
            }
            Event::UserEvent(Call::WorkIsOver) => *flow = ControlFlow::Exit,
            _ => {}
        }
    });
    worker.join().map_err(|_| io::Error::other("the work ended in a panic"))
}

/// Ends the event loop when the work is over, also by a panic.
struct End(EventLoopProxy<Call>);

impl Drop for End {
    fn drop(&mut self) {
        let _ = self.0.send_event(Call::WorkIsOver);
    }
}

#[cfg(target_os = "macos")]
fn event_loop() -> EventLoop<Call> {
    use tao::platform::macos::{ActivationPolicy, EventLoopExtMacOS};
    let mut event_loop = EventLoopBuilder::with_user_event().build();
    // No icon in the Dock.
    event_loop.set_activation_policy(ActivationPolicy::Accessory);
    event_loop
}

#[cfg(not(target_os = "macos"))]
fn event_loop() -> EventLoop<Call> {
    EventLoopBuilder::with_user_event().build()
}
