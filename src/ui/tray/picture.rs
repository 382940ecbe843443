//! The icon for each state. The signs in the corner differ in form, not in colour alone.

use tray_icon::{BadIcon, Icon};

use crate::session::{Refusal, Status};

/// Raw RGBA, `SIZE` × `SIZE`, made from `assets/icons/tray/*.svg` by `make icons`.
const PLAIN: &[u8] = include_bytes!("../../../assets/icons/tray/plain.rgba");
const READY: &[u8] = include_bytes!("../../../assets/icons/tray/ready.rgba");
const MISSING: &[u8] = include_bytes!("../../../assets/icons/tray/missing.rgba");
const BUSY: &[u8] = include_bytes!("../../../assets/icons/tray/busy.rgba");
const TROUBLE: &[u8] = include_bytes!("../../../assets/icons/tray/trouble.rgba");
const SIZE: u32 = 32;

/// The icon for how things stand.
pub(super) fn of(status: Status, trouble: bool) -> Result<Icon, BadIcon> {
    Icon::from_rgba(pixels(status, trouble).to_vec(), SIZE, SIZE)
}

fn pixels(status: Status, trouble: bool) -> &'static [u8] {
    match status {
        Status::Not(Refusal::Busy) => BUSY,
        _ if trouble => TROUBLE,
        Status::CardReady => READY,
        Status::Not(Refusal::NoReader | Refusal::NoCard) => MISSING,
        Status::Not(_) => TROUBLE,
        Status::Running => PLAIN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_state_has_a_picture_of_its_own() {
        let kinds = [
            pixels(Status::Running, false),
            pixels(Status::CardReady, false),
            pixels(Status::Not(Refusal::NoCard), false),
            pixels(Status::Not(Refusal::Busy), true),
            pixels(Status::CardReady, true),
        ];
        for (at, one) in kinds.iter().enumerate() {
            assert_eq!(one.len(), (SIZE * SIZE * 4) as usize);
            assert!(kinds.iter().skip(at + 1).all(|other| other != one));
            assert!(one.chunks(4).any(|pixel| pixel[3] == 255));
        }
        assert_eq!(pixels(Status::Not(Refusal::NoService), false), TROUBLE);
    }
}
