//! How large the window is and where it stands. Lengths are logical pixels.

use tao::dpi::{LogicalPosition, LogicalSize};

use crate::conversation::Size;

/// Height until the page has said what it needs.
pub(crate) const FIRST_HEIGHT: u16 = 560;
/// Room left for the frame, the task bar and a menu bar.
const MARGIN: f64 = 72.0;

/// A monitor: where it begins and how large it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Monitor {
    pub(crate) position: LogicalPosition<f64>,
    pub(crate) size: LogicalSize<f64>,
}

/// What fits on the smallest screen, at twice the size of letters.
pub(crate) const SMALLEST: LogicalSize<f64> = LogicalSize::new(320.0, 320.0);

/// The window's inner size: never higher than the monitor shows. `content_height` counts where the
/// window follows its content.
pub(crate) fn size(size: Size, content_height: u16, monitor: Option<Monitor>) -> LogicalSize<f64> {
    let (width, height) = match size {
        Size::OfContent { width } => (width, content_height),
        Size::Free { width, height } => (width, height),
    };
    let room = monitor.map_or(f64::INFINITY, |monitor| (monitor.size.height - MARGIN).max(0.0));
    let across = monitor.map_or(f64::INFINITY, |monitor| monitor.size.width);
    LogicalSize::new(f64::from(width).min(across), f64::from(height).min(room))
}

/// Where a window of this size stands in the middle, a little above the centre.
pub(crate) fn position(size: LogicalSize<f64>, monitor: Monitor) -> LogicalPosition<f64> {
    let left = (monitor.size.width - size.width).max(0.0) / 2.0;
    let above = (monitor.size.height - size.height).max(0.0) * 0.4;
    LogicalPosition::new(monitor.position.x + left.round(), monitor.position.y + above.round())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn monitor(width: f64, height: f64) -> Monitor {
        Monitor {
            position: LogicalPosition::new(1000.0, 0.0),
            size: LogicalSize::new(width, height),
        }
    }

    #[test]
    fn the_window_is_as_high_as_its_content_but_never_higher_than_the_monitor_shows() {
        let size = |height, monitor| size(Size::OfContent { width: 460 }, height, monitor);
        assert_eq!(size(540, Some(monitor(1920.0, 1080.0))), LogicalSize::new(460.0, 540.0));
        assert_eq!(size(9000, Some(monitor(1366.0, 768.0))), LogicalSize::new(460.0, 696.0));
        assert_eq!(size(540, None), LogicalSize::new(460.0, 540.0));
    }

    #[test]
    fn a_free_window_fits_on_a_small_monitor() {
        let free = Size::Free { width: 720, height: 640 };
        assert_eq!(size(free, 0, Some(monitor(640.0, 480.0))), LogicalSize::new(640.0, 408.0));
        assert_eq!(size(free, 0, None), LogicalSize::new(720.0, 640.0));
    }

    #[test]
    fn it_stands_in_the_middle_of_its_monitor() {
        let there = position(LogicalSize::new(460.0, 580.0), monitor(1460.0, 1080.0));
        assert_eq!(there, LogicalPosition::new(1500.0, 200.0));
    }
}
