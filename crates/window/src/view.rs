//! The window itself: carries events to a [`Conversation`] and does what it says.
//!
//! Refuses to decide anything.

use std::convert::Infallible;
use std::time::Instant;

use tao::dpi::LogicalSize;
use tao::event::{Event as WindowEvent, WindowEvent as Happening};
use tao::event_loop::{ControlFlow, EventLoop};
use tao::window::{Theme, Window, WindowBuilder};
use wry::http::Request;
use wry::{NewWindowResponse, PermissionResponse, WebView, WebViewBuilder};
use zeroize::Zeroize;

use crate::assets::{SCHEME, address, serve};
use crate::clock::Clock;
use crate::conversation::{Conversation, Effect, Event, Size, Update};
use crate::covered::is_covered;
use crate::geometry::{self, Monitor};
use crate::pipes::{Answers, PipeError, Pipes};
use crate::platform;
use crate::visible::visible;

/// The window could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// No graphical session.
    #[error("there is no display; start this in a graphical session")]
    NoDisplay,
    /// The pipe to the resident program.
    #[error(transparent)]
    Pipe(#[from] PipeError),
    /// The window system refused.
    #[error("the window cannot be opened")]
    Window(#[source] tao::error::OsError),
    /// The web view refused, or is not installed.
    #[error("the web view cannot be opened; is WebView2 or WebKitGTK 4.1 installed?")]
    WebView(#[source] wry::Error),
}

/// Opens the window and runs until it is over; then the process ends with code 0.
///
/// # Errors
/// The window could not be opened.
pub fn run<C: Conversation>(conversation: C, mut pipes: Pipes) -> Result<Infallible, ViewError> {
    if !platform::has_display() {
        return Err(ViewError::NoDisplay);
    }
    pipes.announce()?;
    let event_loop = platform::event_loop();
    let window = open_window(&conversation, &event_loop)?;
    let web_view = open_web_view::<C>(&window, &event_loop)?;
    pipes.announce()?;
    let proxy = event_loop.create_proxy();
    let answers = pipes.follow(move |order| {
        let _ = proxy.send_event(order.map_or(Event::ParentGone, Event::Order));
    });
    let proxy = event_loop.create_proxy();
    let clock = Clock::start(move || {
        let _ = proxy.send_event(Event::Tick);
    });
    clock.wake_at(conversation.next_tick());
    let mut desk = Desk { conversation, window, web_view, answers, clock };
    event_loop.run(move |event, _, flow| {
        *flow = ControlFlow::Wait;
        let event = match event {
            WindowEvent::UserEvent(event) => event,
            WindowEvent::WindowEvent { event: Happening::CloseRequested, .. } => Event::FrameClosed,
            _ => return,
        };
        if desk.handle(event) == Then::Close {
            desk.window.set_visible(false);
            *flow = ControlFlow::Exit;
        }
    })
}

struct Desk<C> {
    conversation: C,
    window: Window,
    web_view: WebView,
    answers: Answers,
    clock: Clock,
}

#[derive(PartialEq, Eq)]
enum Then {
    GoOn,
    Close,
}

impl<C: Conversation> Desk<C> {
    fn handle(&mut self, event: Event<C::Message>) -> Then {
        let event = match event {
            Event::Page(message) if C::is_yes(&message) && is_covered(&self.window) => {
                Event::Covered
            }
            event => event,
        };
        let effects = self.conversation.handle(event, Instant::now());
        self.clock.wake_at(self.conversation.next_tick());
        for effect in effects {
            match effect {
                Effect::Page(update) => {
                    let shown =
                        update.script().map(|script| self.web_view.evaluate_script(&script));
                    if !matches!(shown, Ok(Ok(()))) {
                        eprintln!("ankong-window: the page cannot be told what to show");
                        return Then::Close;
                    }
                }
                Effect::Answer(answer) => {
                    if let Err(error) = self.answers.send(&answer) {
                        eprintln!("ankong-window: {error}");
                        return Then::Close;
                    }
                }
                Effect::Focus => {
                    self.window.set_focus();
                    if let Err(error) = self.web_view.focus() {
                        eprintln!("ankong-window: the page cannot be focused: {error}");
                    }
                }
                Effect::Height(height) => place::<C>(&self.window, height),
                Effect::Title(title) => self.window.set_title(&visible(&title)),
                Effect::Close => return Then::Close,
            }
        }
        Then::GoOn
    }
}

fn open_window<C: Conversation>(
    conversation: &C,
    event_loop: &EventLoop<Event<C::Message>>,
) -> Result<Window, ViewError> {
    let window = WindowBuilder::new()
        .with_title(visible(conversation.title()))
        .with_inner_size(geometry::size(C::SIZE, geometry::FIRST_HEIGHT, None))
        .with_minimizable(false)
        .with_maximizable(false)
        .with_always_on_top(C::ON_TOP)
        .with_focused(true)
        .with_content_protection(true)
        .with_visible(false)
        .build(event_loop)
        .map_err(ViewError::Window)?;
    place::<C>(&window, geometry::FIRST_HEIGHT);
    window.set_visible(true);
    Ok(window)
}

/// Gives the window its size, for a content of this height, and puts it in the middle.
fn place<C: Conversation>(window: &Window, content_height: u16) {
    let scale = window.scale_factor();
    let monitor = window.current_monitor().or_else(|| window.primary_monitor());
    let monitor = monitor.map(|monitor| Monitor {
        position: monitor.position().to_logical(scale),
        size: monitor.size().to_logical(scale),
    });
    let size: LogicalSize<f64> = geometry::size(C::SIZE, content_height, monitor);
    match C::SIZE {
        Size::OfContent { .. } => {
            window.set_min_inner_size(Some(size));
            window.set_max_inner_size(Some(size));
        }
        Size::Free { .. } => window.set_min_inner_size(Some(geometry::SMALLEST)),
    }
    window.set_inner_size(size);
    if let Some(monitor) = monitor {
        window.set_outer_position(geometry::position(size, monitor));
    }
}

fn open_web_view<C: Conversation>(
    window: &Window,
    event_loop: &EventLoop<Event<C::Message>>,
) -> Result<WebView, ViewError> {
    let page = address(C::FILE);
    let here = page.clone();
    let proxy = event_loop.create_proxy();
    let background = match window.theme() {
        Theme::Dark => (27, 32, 32, 255),
        _ => (250, 247, 241, 255),
    };
    let mut context = platform::web_context();
    let builder = match &mut context {
        Some(context) => WebViewBuilder::new_with_web_context(context),
        None => WebViewBuilder::new(),
    };
    let builder = builder
        .with_incognito(true)
        .with_custom_protocol(SCHEME.into(), |_, request| serve(&request))
        .with_url(page.clone())
        .with_background_color(background)
        .with_devtools(false)
        .with_clipboard(false)
        .with_hotkeys_zoom(false)
        .with_general_autofill_enabled(false)
        .with_back_forward_navigation_gestures(false)
        .with_navigation_handler(move |address| address == here)
        .with_new_window_req_handler(|_, _| NewWindowResponse::Deny)
        .with_download_started_handler(|_, _| false)
        .with_permission_handler(|_| PermissionResponse::Deny)
        .with_drag_drop_handler(|_| true)
        .with_ipc_handler(move |request| {
            if let Some(message) = heard::<C>(&page, request) {
                let _ = proxy.send_event(Event::Page(message));
            }
        });
    platform::build(builder, window).map_err(ViewError::WebView)
}

/// The message, if it comes from our page and from no other. The text may hold a character of
/// the PIN, so it is wiped.
fn heard<C: Conversation>(page: &str, request: Request<String>) -> Option<C::Message> {
    let ours = request.uri() == page;
    let mut text = request.into_body();
    let message = if ours { C::parse(&text) } else { None };
    text.zeroize();
    message
}
