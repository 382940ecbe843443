//! `ankong autostart`: tells and switches what autostart/ finds.

use crate::autostart::Autostart;
use crate::cli::Autostart as Order;
use crate::paths::UserFolders;

/// What the command prints.
///
/// # Errors
/// The place where it stands cannot be read or written.
pub fn obey(order: Order) -> anyhow::Result<String> {
    let autostart = Autostart::of_user(&UserFolders::of_user()?)?;
    match order {
        Order::On => autostart.switch(true)?,
        Order::Off => autostart.switch(false)?,
        Order::Status => {}
    }
    Ok(if autostart.is_on()? { "on\n" } else { "off\n" }.to_owned())
}
