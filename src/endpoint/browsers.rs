//! The browsers that are known, by the files they run from.
//!
//! An `Origin` means something because a browser sent it; so whatever is not in this table is named
//! in the window. It keeps nobody out: a program of the same user's can start a browser, and lead
//! it where it likes.

use std::path::Path;

/// What is known of a system. `*` stands for any characters of one name, a `**` at the end for
/// everything below.
struct Table {
    browsers: &'static [&'static str],
    /// Processes that call for whatever program started them: that one counts.
    lent: &'static [&'static str],
    folds_case: bool,
}

/// Whether a program that runs from `file`, and was started by those, is a known browser.
pub(super) fn is_browser(file: &Path, started_by: &[impl AsRef<Path>]) -> bool {
    SYSTEM.is_browser(file, started_by)
}

impl Table {
    fn is_browser(&self, file: &Path, started_by: &[impl AsRef<Path>]) -> bool {
        if self.lists(self.lent, file) {
            return started_by.iter().any(|file| self.lists(self.browsers, file.as_ref()));
        }
        self.lists(self.browsers, file)
    }

    fn lists(&self, patterns: &[&str], file: &Path) -> bool {
        // A name that is no text is no browser's.
        file.to_str().is_some_and(|file| {
            if self.folds_case {
                let file = file.to_lowercase();
                patterns.iter().any(|pattern| fits(&pattern.to_lowercase(), &file))
            } else {
                patterns.iter().any(|pattern| fits(pattern, file))
            }
        })
    }
}

fn fits(pattern: &str, text: &str) -> bool {
    let Some((before, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(text) = text.strip_prefix(before) else { return false };
    if rest == "*" {
        return !text.split(['/', '\\']).any(|name| name == "..");
    }
    let name = text.find(['/', '\\']).unwrap_or(text.len());
    let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    ends.take_while(|at| *at <= name).any(|at| text.get(at..).is_some_and(|text| fits(rest, text)))
}

const SYSTEM: Table = if cfg!(windows) {
    WINDOWS
} else if cfg!(target_os = "macos") {
    MACOS
} else {
    LINUX
};

/// Distributions', makers' own packages, snap; and flatpak, whose programs see their own `/app`.
const LINUX: Table = Table {
    browsers: &[
        "/usr/lib/chromium/chromium",
        "/usr/lib*/chromium-browser/chromium-browser",
        "/snap/chromium/*/usr/lib/chromium-browser/chrome",
        "/app/chromium/chrome",
        "/opt/google/chrome*/chrome",
        "/app/extra/chrome",
        "/opt/microsoft/msedge*/msedge",
        "/app/extra/msedge",
        "/opt/brave.com/brave*/brave",
        "/snap/brave/*/opt/brave.com/brave/brave",
        "/app/brave/brave",
        "/opt/vivaldi*/vivaldi-bin",
        "/usr/lib*/firefox*/firefox*",
        "/opt/firefox*/firefox*",
        "/snap/firefox/*/usr/lib/firefox/firefox*",
        "/app/lib/firefox/firefox*",
        "/usr/bin/epiphany*",
        "/app/bin/epiphany*",
    ],
    lent: &[
        "/usr/lib*/webkit*gtk-*/WebKitNetworkProcess",
        "/usr/lib/*/webkit*gtk-*/WebKitNetworkProcess",
        "/usr/libexec/webkit*gtk-*/WebKitNetworkProcess",
    ],
    folds_case: false,
};

/// For all users, and where a user without rights installs them.
const WINDOWS: Table = Table {
    browsers: &[
        r"*:\Program Files*\Google\Chrome*\Application\chrome.exe",
        r"*:\Users\*\AppData\Local\Google\Chrome*\Application\chrome.exe",
        r"*:\Program Files*\Microsoft\Edge*\Application\msedge.exe",
        r"*:\Users\*\AppData\Local\Microsoft\Edge*\Application\msedge.exe",
        r"*:\Program Files*\BraveSoftware\Brave-Browser*\Application\brave.exe",
        r"*:\Users\*\AppData\Local\BraveSoftware\Brave-Browser*\Application\brave.exe",
        r"*:\Users\*\AppData\Local\Vivaldi\Application\vivaldi.exe",
        r"*:\Program Files*\*Firefox*\firefox.exe",
        r"*:\Users\*\AppData\Local\*Firefox*\firefox.exe",
        r"*:\Program Files\WindowsApps\Mozilla.*\VFS\ProgramFiles\Firefox Package Root\firefox.exe",
    ],
    lent: &[],
    folds_case: true,
};

/// A browser's processes are programs inside its own folder. Safari's calls come from the system's
/// WebKit, and so do those of any program that shows pages with it: macOS does not say for whom.
const MACOS: Table = Table {
    browsers: &[
        "/Applications/Google Chrome*.app/Contents/**",
        "/Users/*/Applications/Google Chrome*.app/Contents/**",
        "/Applications/Microsoft Edge*.app/Contents/**",
        "/Applications/Brave Browser*.app/Contents/**",
        "/Applications/Vivaldi.app/Contents/**",
        "/Applications/Firefox*.app/Contents/**",
        "/Users/*/Applications/Firefox*.app/Contents/**",
        "/System/Library/Frameworks/WebKit.framework/**",
        "/System/Cryptexes/App/System/Library/Frameworks/WebKit.framework/**",
        "/System/Volumes/Preboot/Cryptexes/App/System/Library/Frameworks/WebKit.framework/**",
    ],
    lent: &[],
    folds_case: false,
};

#[cfg(test)]
mod tests {
    use super::*;

    const NOBODY: [&str; 0] = [];

    fn knows(table: &Table, file: &str) -> bool {
        table.is_browser(Path::new(file), &NOBODY)
    }

    #[test]
    fn browsers_are_known_where_their_makers_put_them() {
        for file in [
            "/usr/lib/chromium/chromium",
            "/opt/google/chrome/chrome",
            "/opt/google/chrome-beta/chrome",
            "/usr/lib/firefox-esr/firefox-esr",
            "/usr/lib64/firefox/firefox-bin",
            "/snap/firefox/4848/usr/lib/firefox/firefox",
            "/app/lib/firefox/firefox-bin",
        ] {
            assert!(knows(&LINUX, file), "{file}");
        }
        for file in [
            r"C:\Program Files\Google\Chrome\Application\chrome.exe",
            r"c:\program files (x86)\Microsoft\Edge\Application\MSEDGE.EXE",
            r"D:\Users\王曉明\AppData\Local\Google\Chrome SxS\Application\chrome.exe",
            r"C:\Program Files\Mozilla Firefox\firefox.exe",
        ] {
            assert!(knows(&WINDOWS, file), "{file}");
        }
        let chrome = "/Applications/Google Chrome.app/Contents/Frameworks/Google Chrome \
                      Framework.framework/Helpers/Google Chrome Helper";
        assert!(knows(&MACOS, chrome));
    }

    #[test]
    fn what_only_looks_like_one_is_not() {
        for file in [
            "",
            "/usr/bin/curl",
            "/tmp/chrome",
            "/tmp/usr/lib/chromium/chromium",
            "/usr/lib/chromium/chromium/evil",
            "/opt/google/chrome/evil/chrome",
            "/snap/firefox/../../tmp/usr/lib/firefox/firefox",
            "/home/a/.local/firefox/firefox",
        ] {
            assert!(!knows(&LINUX, file), "{file}");
        }
        for file in [
            r"C:\Temp\chrome.exe",
            r"C:\Users\a\Downloads\AppData\Local\Google\Chrome\Application\chrome.exe",
            r"C:\Program Files\Google\Chrome\Application\chrome.exe.exe",
        ] {
            assert!(!knows(&WINDOWS, file), "{file}");
        }
        assert!(!knows(&MACOS, "/Applications/Firefox.app/Contents/../../evil"));
    }

    #[test]
    fn a_lent_process_counts_for_the_program_that_started_it() {
        let lent = Path::new("/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/WebKitNetworkProcess");
        assert!(LINUX.is_browser(lent, &["/usr/bin/epiphany-browser"]));
        assert!(!LINUX.is_browser(lent, &["/usr/bin/something-else"]));
        assert!(!LINUX.is_browser(lent, &NOBODY));
        assert!(!LINUX.is_browser(Path::new("/usr/bin/curl"), &["/usr/lib/chromium/chromium"]));
    }
}
