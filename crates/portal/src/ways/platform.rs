//! The systems Ankong runs on.

use std::path::{Path, PathBuf};

use axum::http::{HeaderMap, header::USER_AGENT};
use serde::Deserialize;

/// A system, as addresses and the configuration name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Platform {
    Windows,
    Macos,
    Linux,
}

/// Files that install Ankong; paths are relative to the configuration file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DownloadsConfig {
    /// For Windows: the installer, `.exe`.
    #[serde(default)]
    pub windows: Option<PathBuf>,
    /// For macOS: the package, `.pkg`.
    #[serde(default)]
    pub macos: Option<PathBuf>,
    /// For Linux: the package, `.deb`.
    #[serde(default)]
    pub linux: Option<PathBuf>,
}

impl Platform {
    pub(crate) const ALL: [Self; 3] = [Self::Windows, Self::Macos, Self::Linux];

    /// As in an address.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::Windows => "windows",
            Self::Macos => "macos",
            Self::Linux => "linux",
        }
    }

    /// As people know it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Windows => "Windows",
            Self::Macos => "macOS",
            Self::Linux => "Linux",
        }
    }

    /// What the browser says it runs on; a guess, which decides what is shown first and no more.
    pub(crate) fn of_visitor(headers: &HeaderMap) -> Self {
        let agent = headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok());
        match agent.unwrap_or_default() {
            agent if agent.contains("Macintosh") => Self::Macos,
            agent if agent.contains("Linux") || agent.contains("X11") => Self::Linux,
            _ => Self::Windows,
        }
    }
}

impl DownloadsConfig {
    pub(crate) fn resolve(&mut self, folder: &Path) {
        for path in [&mut self.windows, &mut self.macos, &mut self.linux].into_iter().flatten() {
            *path = folder.join(&path);
        }
    }

    pub(super) fn file(&self, platform: Platform) -> Option<&Path> {
        match platform {
            Platform::Windows => self.windows.as_deref(),
            Platform::Macos => self.macos.as_deref(),
            Platform::Linux => self.linux.as_deref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visitor_is_shown_the_system_their_browser_names() {
        let of = |agent: &'static str| {
            let headers = HeaderMap::from_iter([(USER_AGENT, agent.parse().unwrap())]);
            Platform::of_visitor(&headers)
        };
        let windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/141.0.0.0";
        let mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15";
        let linux = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
        assert_eq!(of(windows), Platform::Windows);
        assert_eq!(of(mac), Platform::Macos);
        assert_eq!(of(linux), Platform::Linux);
        assert_eq!(Platform::of_visitor(&HeaderMap::new()), Platform::Windows);
    }
}
