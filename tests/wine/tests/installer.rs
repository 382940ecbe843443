//! The installer from end to end: installed, used, installed over the running program, removed. Silently, as an
//! administrator would; the pages are looked at by hand.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test may panic")]

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use ankong_stage::{Process, TemporaryHome, VirtualDisplay, eventually};
use ankong_wine::{FOR_ALL, FOR_THE_USER, Windows, built, install, setup, uninstall};

const PATIENCE: Duration = Duration::from_secs(60);
const RUN: &str = r"Software\Microsoft\Windows\CurrentVersion\Run";
const UNINSTALL: &str = r"Software\Microsoft\Windows\CurrentVersion\Uninstall\Ankong";
const FOLDERS: &str = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders";
const ROOTS: &str = r"HKCU\Software\Microsoft\SystemCertificates\Root\Certificates";

fn serve(windows: &Windows, folder: &str) -> Process {
    let program = windows.file(folder).join("ankong.exe");
    let program = windows.start(program, &["serve", "--headless"]).unwrap();
    program.wait_for_line("https://localhost:", PATIENCE).unwrap();
    program
}

fn certificates(windows: &Windows) -> usize {
    let said = windows.run("reg", &["query", ROOTS]).unwrap();
    said.text.lines().filter(|line| line.contains(r"Certificates\")).count()
}

#[test]
fn for_one_user_it_is_installed_used_and_leaves_nothing() {
    let windows = Windows::new().unwrap();
    let before = certificates(&windows);
    install(&windows, &[]).unwrap();
    for file in [
        "ankong.exe",
        "ankong-window.exe",
        "ankong-module32.exe",
        "WebView2Loader.dll",
        "uninstall.exe",
    ] {
        assert!(windows.file(FOR_THE_USER).join(file).exists(), "{file}");
    }
    let entry = windows.registry(&format!(r"HKCU\{RUN}"), "Ankong").unwrap().unwrap();
    assert!(entry.ends_with(r#"\Programs\Ankong\ankong.exe" start"#), "{entry}");
    let name = windows.registry(&format!(r"HKCU\{UNINSTALL}"), "DisplayName").unwrap().unwrap();
    assert_eq!(name, "Ankong", "this Windows is an English one");
    assert_eq!(certificates(&windows), before, "a silent installation touches no trust");

    let program = windows.file(FOR_THE_USER).join("ankong.exe");
    let mut running = serve(&windows, FOR_THE_USER);
    assert!(windows.run(&program, &["trust", "install"]).unwrap().well);
    assert_eq!(certificates(&windows), before + 1);

    uninstall(&windows, FOR_THE_USER, &[]).unwrap();
    assert!(running.wait(PATIENCE).unwrap().success(), "it was asked to end, and not ended");
    assert_eq!(certificates(&windows), before);
    assert_eq!(windows.registry(&format!(r"HKCU\{RUN}"), "Ankong").unwrap(), None);
    assert_eq!(windows.registry(&format!(r"HKCU\{UNINSTALL}"), "DisplayName").unwrap(), None);
    let menu = r"users\root\AppData\Roaming\Microsoft\Windows\Start Menu\Programs";
    for name in ["安控.lnk", "Ankong.lnk"] {
        assert!(!windows.file(menu).join(name).exists(), "{name}");
    }
}

#[test]
fn settings_go_only_when_asked_for() {
    let windows = Windows::new().unwrap();
    install(&windows, &[]).unwrap();
    let settings = windows.file(r"users\root\AppData\Roaming\ankong\config\settings.toml");
    std::fs::create_dir_all(settings.parent().unwrap()).unwrap();
    std::fs::write(&settings, "").unwrap();
    uninstall(&windows, FOR_THE_USER, &[]).unwrap();
    assert!(settings.exists());
    install(&windows, &[]).unwrap();
    let program = windows.file(FOR_THE_USER).join("uninstall.exe");
    windows.run(program, &["/S", "/SETTINGS"]).unwrap();
    eventually("the settings are gone", PATIENCE, || Ok((!settings.exists()).then_some(())))
        .unwrap();
}

#[test]
fn over_a_running_program_it_is_asked_to_end_and_runs_again_afterwards() {
    runs_again(FOR_THE_USER, &[]);
}

#[test]
fn so_it_is_for_everybody_and_the_desktop_starts_it_not_the_administrator() {
    runs_again(FOR_ALL, &["/AllUsers"]);
}

fn runs_again(folder: &str, options: &[&str]) {
    let home = TemporaryHome::create().unwrap();
    let display = VirtualDisplay::start(&home.environment()).unwrap();
    let windows = Windows::with(display.environment()).unwrap();
    install(&windows, options).unwrap();
    let mut running = serve(&windows, folder);
    install(&windows, options).unwrap();
    assert!(running.wait(PATIENCE).unwrap().success(), "it was asked to end, and not ended");
    let program = windows.file(folder).join("ankong.exe");
    eventually("the new one runs", PATIENCE, || {
        Ok(windows.run(&program, &["status"])?.well.then_some(()))
    })
    .unwrap();
    assert!(windows.run(&program, &["quit"]).unwrap().well);
}

#[test]
fn whoever_has_switched_the_start_at_login_off_keeps_that_through_an_upgrade() {
    for (folder, options) in [(FOR_THE_USER, &[][..]), (FOR_ALL, &["/AllUsers"])] {
        let windows = Windows::new().unwrap();
        install(&windows, options).unwrap();
        let program = windows.file(folder).join("ankong.exe");
        let starts = || windows.run(&program, &["autostart", "status"]).unwrap().text;
        assert!(starts().contains("on"), "{}", starts());
        assert!(windows.run(&program, &["autostart", "off"]).unwrap().well);
        install(&windows, options).unwrap();
        assert!(starts().contains("off"), "{folder}: {}", starts());
        install(&windows, &["/AllUsers"]).unwrap();
        assert!(starts().contains("off"), "for everybody after {folder}: {}", starts());
    }
}

/// Another user's program answers nobody but that user, and keeps its file from being replaced.
#[test]
fn for_everybody_another_users_program_is_ended_and_the_desktop_gets_the_new_one() {
    let home = TemporaryHome::create().unwrap();
    let display = VirtualDisplay::start(&home.environment()).unwrap();
    let windows = Windows::with(display.environment()).unwrap();
    install(&windows, &["/AllUsers"]).unwrap();
    let program = windows.file(FOR_ALL).join("ankong.exe");
    let data = |folder: &str| {
        let order = ["add", FOLDERS, "/v", "Local AppData", "/d", folder, "/f"];
        assert!(windows.run("reg", &order).unwrap().well);
    };
    std::fs::create_dir(windows.file(r"users\another")).unwrap();
    data(r"C:\users\another");
    let mut running = serve(&windows, FOR_ALL);
    data(r"C:\users\root\AppData\Local");
    assert!(!windows.run(&program, &["status"]).unwrap().well, "this user runs none");

    install(&windows, &["/AllUsers"]).unwrap();
    running.wait(PATIENCE).unwrap();
    assert!(program.exists());
    eventually("the new one runs", PATIENCE, || {
        Ok(windows.run(&program, &["status"])?.well.then_some(()))
    })
    .unwrap();
    assert!(windows.run(&program, &["quit"]).unwrap().well);
}

#[test]
fn an_administrator_installs_for_everybody_and_no_trust_is_touched() {
    let windows = Windows::new().unwrap();
    let before = certificates(&windows);
    install(&windows, &["/AllUsers"]).unwrap();
    assert!(windows.file(FOR_ALL).join("ankong.exe").exists());
    assert!(windows.registry(&format!(r"HKLM\{RUN}"), "Ankong").unwrap().is_some());
    assert_eq!(windows.registry(&format!(r"HKCU\{RUN}"), "Ankong").unwrap(), None);
    assert_eq!(certificates(&windows), before);
    uninstall(&windows, FOR_ALL, &["/AllUsers"]).unwrap();
    assert_eq!(windows.registry(&format!(r"HKLM\{RUN}"), "Ankong").unwrap(), None);
    assert_eq!(windows.registry(&format!(r"HKLM\{UNINSTALL}"), "DisplayName").unwrap(), None);
}

#[test]
fn installer_programs_and_uninstaller_carry_the_signature_they_were_given() {
    let windows = Windows::new().unwrap();
    install(&windows, &[]).unwrap();
    let authority = built("ankong.exe").unwrap().with_file_name("../signing/certificate.pem");
    let mut files = vec![setup().unwrap()];
    let names = ["ankong.exe", "ankong-window.exe", "ankong-module32.exe", "uninstall.exe"];
    files.extend(names.map(|name| windows.file(FOR_THE_USER).join(name)));
    for file in files {
        let verified = |file: &PathBuf| {
            let mut command = Command::new("osslsigncode");
            command.arg("verify").arg("-CAfile").arg(&authority).arg("-in").arg(file);
            command.output().unwrap().status.success()
        };
        assert!(verified(&file), "{file:?}");
        let mut bytes = std::fs::read(&file).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        let changed = windows.path().join("changed.exe");
        std::fs::write(&changed, bytes).unwrap();
        assert!(!verified(&changed), "{file:?} with one bit changed");
    }
}
