//! Readers on the USB, whether or not the smart-card service drives them.

use std::fs;
use std::path::Path;

/// Smart Card, USB-IF's list of class codes; as Linux writes it.
const SMART_CARD: &str = "0b";
/// Where Linux lists devices and their interfaces.
const DEVICES: &str = "/sys/bus/usb/devices";
/// More than a computer has.
const MOST: usize = 1_000;

/// Whether one is connected. Only Linux is looked at; elsewhere the answer is `false`.
#[must_use]
pub fn usb_reader_connected() -> bool {
    connected_in(Path::new(DEVICES))
}

fn connected_in(devices: &Path) -> bool {
    let interfaces = fs::read_dir(devices).into_iter().flatten().flatten().take(MOST);
    interfaces
        .filter_map(|interface| fs::read_to_string(interface.path().join("bInterfaceClass")).ok())
        .any(|class| class.trim() == SMART_CARD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_shows_by_its_class() {
        let devices = tempfile::tempdir().unwrap();
        let interface = |name: &str, class: &str| {
            fs::create_dir(devices.path().join(name)).unwrap();
            fs::write(devices.path().join(name).join("bInterfaceClass"), class).unwrap();
        };
        interface("1-1:1.0", "03\n");
        assert!(!connected_in(devices.path()));
        interface("1-2:1.0", "0b\n");
        assert!(connected_in(devices.path()));
        assert!(!connected_in(Path::new("/nonexistent")));
    }
}
