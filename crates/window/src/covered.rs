//! Whether other windows lie above this one, as far as the window system tells: then the person may
//! not see what they agree to.

use tao::window::Window;

/// Whether anything lies above any part of `window`. X tells; Wayland, Windows and macOS are not
/// asked.
#[cfg(target_os = "linux")]
pub(crate) fn is_covered(window: &Window) -> bool {
    use tao::rwh_06::{HasWindowHandle, RawWindowHandle};
    let Ok(RawWindowHandle::Xlib(handle)) = window.window_handle().map(|handle| handle.as_raw())
    else {
        return false;
    };
    let number = u32::try_from(handle.window).ok();
    let covered = number.map(x11::is_covered).transpose();
    covered.map(|covered| covered.unwrap_or(false)).unwrap_or_else(|error| {
        eprintln!("ankong-window: whether it is covered cannot be told: {error}");
        false
    })
}

/// See the Linux version.
#[cfg(not(target_os = "linux"))]
pub(crate) fn is_covered(_: &Window) -> bool {
    false
}

#[cfg(target_os = "linux")]
mod x11 {
    use std::error::Error;

    use x11rb::connection::Connection;
    use x11rb::protocol::xproto::{ConnectionExt, MapState, Window, WindowClass};

    /// Windows between ours and the root: a window manager puts a frame or two around it.
    const FRAMES: usize = 8;

    pub(super) fn is_covered(window: Window) -> Result<bool, Box<dyn Error>> {
        let (server, screen) = x11rb::connect(None)?;
        let root = server.setup().roots.get(screen).ok_or("no screen")?.root;
        let ours = Area::of(&server, window, root)?;
        let mut top = window;
        for _ in 0..FRAMES {
            match server.query_tree(top)?.reply()?.parent {
                parent if parent == root => break,
                parent => top = parent,
            }
        }
        // From the lowest to the highest.
        let all = server.query_tree(root)?.reply()?.children;
        for other in all.into_iter().skip_while(|child| *child != top).skip(1) {
            let shown = server.get_window_attributes(other)?.reply().is_ok_and(|it| {
                it.map_state == MapState::VIEWABLE && it.class == WindowClass::INPUT_OUTPUT
            });
            // A window may go while one looks.
            if shown && Area::of(&server, other, root).is_ok_and(|area| area.overlaps(&ours)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Where a window lies on the root window.
    struct Area {
        left: i32,
        top: i32,
        right: i32,
        bottom: i32,
    }

    impl Area {
        fn of(
            server: &impl Connection,
            window: Window,
            root: Window,
        ) -> Result<Self, Box<dyn Error>> {
            let size = server.get_geometry(window)?.reply()?;
            let corner = server.translate_coordinates(window, root, 0, 0)?.reply()?;
            let (left, top) = (i32::from(corner.dst_x), i32::from(corner.dst_y));
            let (right, bottom) = (left + i32::from(size.width), top + i32::from(size.height));
            Ok(Self { left, top, right, bottom })
        }

        fn overlaps(&self, other: &Self) -> bool {
            self.left < other.right
                && other.left < self.right
                && self.top < other.bottom
                && other.top < self.bottom
        }
    }
}
