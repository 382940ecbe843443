//! Where opening a window differs from system to system.

use tao::event_loop::{EventLoop, EventLoopBuilder};
use tao::window::Window;
use wry::{WebContext, WebView, WebViewBuilder};

/// Whether there is a screen to open a window on. Asked first, because GTK would end the process
/// with a panic.
#[cfg(target_os = "linux")]
pub(crate) fn has_display() -> bool {
    let named = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    named("DISPLAY") || named("WAYLAND_DISPLAY")
}

/// Whether there is a screen to open a window on; the window system itself says so here.
#[cfg(not(target_os = "linux"))]
pub(crate) fn has_display() -> bool {
    true
}

/// The event loop. On macOS the process gets no icon in the Dock.
pub(crate) fn event_loop<E: 'static>() -> EventLoop<E> {
    #[allow(unused_mut)] // Only macOS changes it.
    let mut event_loop = EventLoopBuilder::<E>::with_user_event().build();
    #[cfg(target_os = "macos")]
    {
        use tao::platform::macos::{ActivationPolicy, EventLoopExtMacOS};
        event_loop.set_activation_policy(ActivationPolicy::Accessory);
    }
    event_loop
}

/// Where the web view keeps its files, where it insists on having any: WebView2 would take the
/// program's own folder, which nobody may write to.
#[cfg(windows)]
pub(crate) fn web_context() -> Option<WebContext> {
    let local = std::env::var_os("LOCALAPPDATA")?;
    let folder = std::path::Path::new(&local).join("Ankong").join("WebView2");
    Some(WebContext::new(Some(folder)))
}

/// No files: the web view lives in memory only.
#[cfg(not(windows))]
pub(crate) fn web_context() -> Option<WebContext> {
    None
}

/// Puts the web view into the window, under X11 and Wayland alike.
#[cfg(target_os = "linux")]
pub(crate) fn build(builder: WebViewBuilder<'_>, window: &Window) -> wry::Result<WebView> {
    use tao::platform::unix::WindowExtUnix;
    use wry::WebViewBuilderExtUnix;
    builder.build_gtk(window.default_vbox().ok_or(wry::Error::UnsupportedWindowHandle)?)
}

/// Puts the web view into the window, without Edge's menus and shortcuts.
#[cfg(windows)]
pub(crate) fn build(builder: WebViewBuilder<'_>, window: &Window) -> wry::Result<WebView> {
    use wry::WebViewBuilderExtWindows;
    builder
        .with_https_scheme(true)
        .with_default_context_menus(false)
        .with_browser_accelerator_keys(false)
        .build(window)
}

/// Puts the web view into the window.
#[cfg(not(any(target_os = "linux", windows)))]
pub(crate) fn build(builder: WebViewBuilder<'_>, window: &Window) -> wry::Result<WebView> {
    builder.build(window)
}
