//! Holds a 32-bit module for `ankong.exe`, which starts it as it starts itself for others (`ankong module-worker`).

// Windows would open a console window for it.
#![cfg_attr(windows, windows_subsystem = "windows")]

use std::process::ExitCode;

#[cfg(windows)]
fn main() -> ExitCode {
    use std::io;
    use std::os::windows::io::AsHandle;

    // Its words may be a card's.
    std::panic::set_hook(Box::new(|_| {}));
    // Where Windows refuses there is nobody to tell.
    let _ = ankong_platform::dumps::forbid();
    let served = || {
        let orders = io::stdin().as_handle().try_clone_to_owned()?;
        let answers = io::stdout().as_handle().try_clone_to_owned()?;
        ankong_module::serve(orders.into(), answers.into(), ankong_module::denied)
    };
    served().map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS)
}

/// Other systems have no modules of two kinds.
#[cfg(not(windows))]
fn main() -> ExitCode {
    ExitCode::FAILURE
}
