//! An entry in `autostart`: the Desktop Application Autostart Specification. A package puts one for
//! everybody into `/etc/xdg/autostart`; a file of the same name of the user's own takes its place.

use std::path::PathBuf;
use std::{env, fs, io};

use super::{Autostart, remove, text_of};

/// The name of the entry, and of the package's.
const ENTRY: &str = "ankong.desktop";

pub(super) fn is_on(start: &Autostart) -> io::Result<bool> {
    match text_of(&start.folder.join(ENTRY))? {
        Some(entry) => Ok(!is_hidden(&entry)),
        None => everybodys().map(|entry| entry.is_some_and(|entry| !is_hidden(&entry))),
    }
}

pub(super) fn switch(start: &Autostart, on: bool) -> io::Result<()> {
    let file = start.folder.join(ENTRY);
    let everybodys = everybodys()?;
    let text = match (on, everybodys) {
        // What the package says holds again.
        (true, Some(entry)) if !is_hidden(&entry) => return remove(&file),
        (true, _) => entry(&start.program)?,
        (false, None) => return remove(&file),
        (false, Some(_)) => "[Desktop Entry]\nType=Application\nName=Ankong\nHidden=true\n".into(),
    };
    fs::create_dir_all(&start.folder)?;
    let fresh = file.with_extension("new");
    fs::write(&fresh, text)?;
    fs::rename(&fresh, &file)
}

/// The first entry in the folders of the system.
fn everybodys() -> io::Result<Option<String>> {
    let folders = env::var("XDG_CONFIG_DIRS").ok().filter(|folders| !folders.is_empty());
    let folders = folders.unwrap_or_else(|| "/etc/xdg".into());
    for folder in folders.split(':') {
        if let Some(entry) = text_of(&PathBuf::from(folder).join("autostart").join(ENTRY))? {
            return Ok(Some(entry));
        }
    }
    Ok(None)
}

fn is_hidden(entry: &str) -> bool {
    entry.lines().any(|line| {
        line.split_once('=')
            .is_some_and(|(key, value)| key.trim() == "Hidden" && value.trim() == "true")
    })
}

fn entry(program: &std::path::Path) -> io::Result<String> {
    let program = program.to_str().filter(|path| !path.contains(['\n', '\r']));
    let program = program.ok_or_else(|| io::Error::other("the program's path is no text"))?;
    // Desktop Entry Specification, the Exec key: these stand behind a backslash inside quotes, the
    // backslash itself twice more as in every string, and a per cent sign twice.
    let mut quoted = String::new();
    for c in program.chars() {
        match c {
            '"' | '`' | '$' => quoted.extend(['\\', '\\', c]),
            '\\' => quoted.push_str("\\\\\\\\"),
            '%' => quoted.push_str("%%"),
            c => quoted.push(c),
        }
    }
    Ok(format!(
        "[Desktop Entry]\nType=Application\nName=Ankong\nName[zh_TW]=安控\nExec=\"{quoted}\" start\n\
         Terminal=false\nX-GNOME-Autostart-enabled=true\n"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_switch_is_seen_and_leaves_nothing_when_it_is_off() {
        let folder = tempfile::tempdir().unwrap();
        let start = Autostart {
            program: "/opt/an kong/ankong".into(),
            folder: folder.path().join("autostart"),
        };
        assert!(!start.is_on().unwrap());
        start.switch(true).unwrap();
        assert!(start.is_on().unwrap());
        let entry = fs::read_to_string(start.folder.join(ENTRY)).unwrap();
        assert!(entry.contains("Exec=\"/opt/an kong/ankong\" start\n"), "{entry}");
        start.switch(false).unwrap();
        assert!(!start.is_on().unwrap() && !start.folder.join(ENTRY).exists());
    }

    #[test]
    fn a_path_with_every_odd_character_is_quoted_as_the_specification_says() {
        let entry = entry(std::path::Path::new("/a\"b$c`d\\e%f")).unwrap();
        assert!(entry.contains(r#"Exec="/a\\"b\\$c\\`d\\\\e%%f" start"#), "{entry}");
        assert!(super::entry(std::path::Path::new("/a\nExec=evil")).is_err());
    }

    #[test]
    fn a_hidden_entry_is_off() {
        assert!(is_hidden("[Desktop Entry]\nHidden = true\n"));
        assert!(!is_hidden("[Desktop Entry]\nName=Hidden=true\nHidden=false\n"));
    }
}
