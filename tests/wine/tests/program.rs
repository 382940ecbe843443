//! `ankong.exe` as a user meets it: started, asked, trusted, at login, in Chinese, beside another user's.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test may panic")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ankong_stage::{Caller, Process, figures};
use ankong_wine::{Said, Windows, built};

const PATIENCE: Duration = Duration::from_secs(60);
const DATA: &str = r"users\root\AppData\Local\ankong\data";
const RUN: &str = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run";

fn ankong(windows: &Windows, arguments: &[&str]) -> Said {
    windows.run(built("ankong.exe").unwrap(), arguments).unwrap()
}

/// The program with a card of its own, and its port.
fn start(windows: &Windows, more: &[&str]) -> (Process, u16) {
    let program = windows
        .start(built("ankong.exe").unwrap(), &[&["serve", "--headless"], more].concat())
        .unwrap();
    let line = program.wait_for_line("https://localhost:", PATIENCE).unwrap();
    (program, line.trim().rsplit(':').next().unwrap().parse().unwrap())
}

fn card(windows: &Windows) -> PathBuf {
    let issued = windows.run(
        built("virtual-card.exe").unwrap(),
        &[
            "issue",
            "--name",
            "王小明",
            "--id",
            "A123456789",
            "--file",
            "member",
            "--out",
            r"C:\pki",
        ],
    );
    let issued = issued.unwrap();
    assert!(issued.well, "{}", issued.text);
    windows.file(r"pki\cards\member.toml")
}

fn root(windows: &Windows) -> Vec<u8> {
    fs::read(windows.file(DATA).join(r"localhost/root.pem")).unwrap()
}

#[test]
fn it_starts_once_answers_over_https_prints_where_it_was_asked_and_ends_when_told() {
    let windows = Windows::new().unwrap();
    card(&windows);
    let said = ankong(&windows, &["status"]);
    assert!(!said.well && said.text.contains("does not run; hint: start it"), "{said:?}");

    let (mut program, port) =
        start(&windows, &["--port", "0", "--virtual-card", r"C:\pki\cards\member.toml"]);
    let said = ankong(&windows, &["status"]);
    assert!(said.well && said.text.contains("card-ready"), "{said:?}");
    let caller = Caller::new(port, &root(&windows)).unwrap();
    let own = format!("https://localhost:{port}");
    assert_eq!(caller.get("/v1/status", &own).unwrap().json["state"], "card-ready");
    let refused = caller.get("/v1/status", "https://elsewhere.example").unwrap();
    assert_eq!((refused.status, refused.code()), (403, "origin-not-allowed"));

    let second = ankong(&windows, &["serve", "--headless", "--port", "0"]);
    assert!(!second.well && second.text.contains("already runs"), "{second:?}");

    assert!(ankong(&windows, &["quit"]).well);
    assert!(program.wait(PATIENCE).unwrap().success());
    assert!(!ankong(&windows, &["status"]).well);
    assert!(ankong(&windows, &["quit"]).well, "nothing to end is no fault");
}

#[test]
fn the_root_is_put_into_the_users_store_and_nothing_of_it_stays() {
    let windows = Windows::new().unwrap();
    let (mut program, _) = start(&windows, &["--port", "0"]);
    assert!(ankong(&windows, &["quit"]).well);
    program.wait(PATIENCE).unwrap();
    assert!(!ankong(&windows, &["trust", "status"]).well);
    let said = ankong(&windows, &["trust", "install"]);
    assert!(said.well && said.text.contains(r"CurrentUser\Root"), "{said:?}");
    assert!(ankong(&windows, &["trust", "status"]).well);
    // What one process wrote another one finds: it was committed.
    let said = ankong(&windows, &["trust", "remove", "--everything"]);
    assert!(said.well, "{said:?}");
    assert!(!ankong(&windows, &["trust", "status"]).well);
    assert!(!windows.file(DATA).join("localhost").exists());
}

#[test]
fn the_keys_of_localhost_are_sealed_for_this_user() {
    let windows = Windows::new().unwrap();
    let (_program, _) = start(&windows, &["--port", "0"]);
    let folder = windows.file(DATA).join("localhost");
    let mut sealed = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        let clear = String::from_utf8_lossy(&bytes).contains("PRIVATE KEY");
        assert!(!clear, "a key in the clear in {path:?}");
        sealed += usize::from(path.extension().is_some_and(|extension| extension == "dpapi"));
    }
    assert_eq!(sealed, 10);
}

#[test]
fn the_start_at_login_stands_in_the_run_key_and_goes() {
    let windows = Windows::new().unwrap();
    let answer = |order| ankong(&windows, &["autostart", order]).text.trim().to_owned();
    assert_eq!(answer("status"), "off");
    assert_eq!(answer("on"), "on");
    let entry = windows.registry(RUN, "Ankong").unwrap().unwrap();
    assert!(entry.starts_with('"') && entry.ends_with(r#"ankong.exe" start"#), "{entry}");
    assert_eq!(answer("status"), "on");
    assert_eq!(answer("off"), "off");
    assert_eq!(windows.registry(RUN, "Ankong").unwrap(), None);
}

#[test]
fn a_user_whose_folders_have_chinese_names_is_served() {
    let windows = Windows::new().unwrap();
    let folders = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders";
    for (name, path) in
        [("Local AppData", r"C:\users\王小明\本機"), ("AppData", r"C:\users\王小明\漫遊")]
    {
        let said = windows.run("reg", &["add", folders, "/v", name, "/d", path, "/f"]).unwrap();
        assert!(said.well, "{said:?}");
    }
    let folder = windows.file("安控 程式");
    fs::create_dir_all(&folder).unwrap();
    fs::copy(built("ankong.exe").unwrap(), folder.join("ankong.exe")).unwrap();
    card(&windows);
    fs::rename(windows.file("pki/cards/member.toml"), windows.file("王小明的卡.toml")).unwrap();
    let program = windows
        .start(
            r"C:\安控 程式\ankong.exe",
            &["serve", "--headless", "--port", "0", "--virtual-card", r"C:\王小明的卡.toml"],
        )
        .unwrap();
    program.wait_for_line("https://localhost:", PATIENCE).unwrap();
    let said = windows.run(r"C:\安控 程式\ankong.exe", &["status"]).unwrap();
    assert!(said.well && said.text.contains("card-ready"), "{said:?}");
    let root = Path::new(r"users/王小明/本機/ankong/data/localhost/root.pem");
    assert!(windows.file(root.to_str().unwrap()).exists());
}

#[test]
fn two_users_of_one_computer_each_have_a_port_and_a_root() {
    let (one, two) = (Windows::new().unwrap(), Windows::new().unwrap());
    let (_first, first) = start(&one, &[]);
    let (_second, second) = start(&two, &[]);
    assert_ne!(first, second);
    assert!([24443, 24543, 24643].contains(&second), "{second}");
    assert_ne!(root(&one), root(&two));
    assert!(Caller::new(second, &root(&one)).unwrap().connect().is_err());
    assert!(Caller::new(second, &root(&two)).unwrap().connect().is_ok());
}

/// How soon it answers, and the memory that is its own: printed, for Wine is no Windows; held only to what a program that hangs or leaks passes.
#[test]
fn how_soon_it_answers_and_what_it_weighs_is_told() {
    let windows = Windows::new().unwrap();
    // The first start makes the certificates, and Wine its own processes.
    let (mut first, _) = start(&windows, &["--port", "0"]);
    let begun = Instant::now();
    assert!(ankong(&windows, &["quit"]).well);
    first.wait(PATIENCE).unwrap();
    let another = begun.elapsed();
    let begun = Instant::now();
    let (program, port) = start(&windows, &["--port", "0"]);
    let caller = Caller::new(port, &root(&windows)).unwrap();
    let own = format!("https://localhost:{port}");
    assert_eq!(caller.get("/v1/status", &own).unwrap().status, 200);
    let answered = begun.elapsed();
    let private = figures::private_kib(program.id()).unwrap();
    println!("first answer after {answered:?} (`ankong quit`: {another:?}), {private} KiB private");
    assert!(answered < Duration::from_secs(60) && private < 100 * 1024);
}
