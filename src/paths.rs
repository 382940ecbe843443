//! Where the program keeps its files: the places each system has for them.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;

/// Places of the user who runs the program.
#[derive(Debug, Clone)]
pub struct Paths {
    /// What the user has decided.
    pub config: PathBuf,
    /// Certificates of the native door.
    pub data: PathBuf,
    /// Which instance runs, and on which port.
    pub runtime: PathBuf,
    /// The log of a program that nobody watches.
    pub logs: PathBuf,
}

/// The system does not say where the user's files go.
#[derive(Debug, thiserror::Error)]
#[error("this user has no home folder")]
pub struct NoHome;

impl Paths {
    /// The usual places.
    ///
    /// # Errors
    /// There is no home folder.
    pub fn of_user() -> Result<Self, NoHome> {
        let places = ProjectDirs::from("", "", "ankong").ok_or(NoHome)?;
        let config = places.config_dir().to_owned();
        let data = places.data_local_dir().to_owned();
        let runtime = places.runtime_dir().map_or_else(|| data.clone(), Path::to_owned);
        let logs = places.state_dir().map_or_else(|| data.join("logs"), Path::to_owned);
        Ok(Self { config, data, runtime, logs })
    }

    /// The origins the user allows.
    #[must_use]
    pub fn origins_file(&self) -> PathBuf {
        self.config.join("origins.toml")
    }

    /// What the user has set.
    #[must_use]
    pub fn settings_file(&self) -> PathBuf {
        self.config.join("settings.toml")
    }
}

/// Where this user's other programs keep their files.
#[derive(Debug, Clone)]
pub struct UserFolders {
    /// The home folder.
    pub home: PathBuf,
    /// Data: `$XDG_DATA_HOME`, `~/Library/Application Support`, `%APPDATA%`.
    pub data: PathBuf,
    /// Settings: `$XDG_CONFIG_HOME`, elsewhere the folder of the data.
    pub config: PathBuf,
    /// Where the user keeps what they write; the home folder where there is no such place.
    pub documents: PathBuf,
}

impl UserFolders {
    /// Those of the user who runs the program.
    ///
    /// # Errors
    /// There is no home folder.
    pub fn of_user() -> Result<Self, NoHome> {
        let folders = directories::BaseDirs::new().ok_or(NoHome)?;
        Ok(Self {
            home: folders.home_dir().to_owned(),
            data: folders.data_dir().to_owned(),
            config: folders.config_dir().to_owned(),
            documents: directories::UserDirs::new()
                .and_then(|places| places.document_dir().map(Path::to_owned))
                .filter(|folder| folder.is_dir())
                .unwrap_or_else(|| folders.home_dir().to_owned()),
        })
    }
}

/// The program of the window, beside this one: a package installs both into one folder.
///
/// # Errors
/// The system does not say where this program is.
pub fn window_program() -> std::io::Result<PathBuf> {
    let name = format!("ankong-window{}", std::env::consts::EXE_SUFFIX);
    Ok(std::env::current_exe()?.with_file_name(name))
}

/// The administrator's file, which counts for every user of the computer.
#[must_use]
pub fn administrators_file() -> PathBuf {
    if cfg!(windows) {
        let programs = std::env::var_os("ProgramData").unwrap_or_else(|| r"C:\ProgramData".into());
        PathBuf::from(programs).join(r"Ankong\ankong.toml")
    } else if cfg!(target_os = "macos") {
        "/Library/Application Support/Ankong/ankong.toml".into()
    } else {
        "/etc/ankong/ankong.toml".into()
    }
}
