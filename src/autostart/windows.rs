//! The Run key of the user: "Run and RunOnce Registry Keys" of the Windows documentation.

use std::io;

use winreg::RegKey;
use winreg::enums::{HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE, KEY_READ, KEY_SET_VALUE};

use super::Autostart;

const RUN: &str = r"Software\Microsoft\Windows\CurrentVersion\Run";
/// Where Windows' own settings note that an entry of the Run key is switched off.
const APPROVED: &str = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run";
const VALUE: &str = "Ankong";

pub(super) fn is_on(_: &Autostart) -> io::Result<bool> {
    let entry = [HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE].into_iter().any(|hive| {
        let run = RegKey::predef(hive).open_subkey_with_flags(RUN, KEY_READ);
        run.is_ok_and(|run| run.get_raw_value(VALUE).is_ok())
    });
    Ok(entry && !is_switched_off())
}

pub(super) fn switch(start: &Autostart, on: bool) -> io::Result<()> {
    let user = RegKey::predef(HKEY_CURRENT_USER);
    let (run, _) = user.create_subkey(RUN)?;
    forget_approval(&user)?;
    if on {
        return run.set_value(VALUE, &format!("\"{}\" start", start.program.display()));
    }
    match run.delete_value(VALUE) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    // An administrator's entry is for everybody: this user's own switch holds it off.
    let everybodys = RegKey::predef(HKEY_LOCAL_MACHINE).open_subkey_with_flags(RUN, KEY_READ);
    if everybodys.is_ok_and(|run| run.get_raw_value(VALUE).is_ok()) {
        let (approved, _) = user.create_subkey(APPROVED)?;
        let off = winreg::RegValue { bytes: vec![3; 12], vtype: winreg::enums::REG_BINARY };
        approved.set_raw_value(VALUE, &off)?;
    }
    Ok(())
}

/// An odd first byte means off.
fn is_switched_off() -> bool {
    let user = RegKey::predef(HKEY_CURRENT_USER);
    let approved = user.open_subkey_with_flags(APPROVED, KEY_READ);
    let value = approved.and_then(|approved| approved.get_raw_value(VALUE));
    value.is_ok_and(|value| value.bytes.first().is_some_and(|byte| byte % 2 == 1))
}

fn forget_approval(user: &RegKey) -> io::Result<()> {
    let Ok(approved) = user.open_subkey_with_flags(APPROVED, KEY_SET_VALUE) else { return Ok(()) };
    match approved.delete_value(VALUE) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
