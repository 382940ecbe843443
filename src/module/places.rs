//! Where modules are installed, and whether others than their owner could have exchanged one.

use std::fs;
use std::path::{Path, PathBuf};

use super::ModuleError;

/// The modules at the places their installers are known to use, those of MOICA's vendor first.
#[must_use]
pub fn known_places() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for place in places() {
        let mut entries = MAX_ENTRIES;
        let mut here = Vec::new();
        search(&place, &place.folder, place.depth, &mut entries, &mut here);
        // The order in which a folder lists them means nothing; newer versions sort last.
        here.sort();
        found.extend(here.into_iter().rev());
    }
    found
}

/// The module's own file, after all links, if nobody but root and this user could have written it.
///
/// # Errors
/// [`ModuleError::NotLoaded`] where there is no file, [`ModuleError::Unprotected`] naming what
/// others can write.
pub fn protected(module: &Path) -> Result<PathBuf, ModuleError> {
    let real =
        fs::canonicalize(module).map_err(|error| ModuleError::NotLoaded(error.to_string()))?;
    match real.ancestors().find(|place| others_write(place)) {
        Some(place) => Err(ModuleError::Unprotected(place.to_owned())),
        None => Ok(real),
    }
}

/// A sticky folder such as /tmp lets others add files but not replace this one; a group of the
/// user's own is nobody else.
#[cfg(unix)]
fn others_write(place: &Path) -> bool {
    use rustix::process::{getegid, geteuid};
    use std::os::unix::fs::MetadataExt;
    const STICKY: u32 = 0o1000;
    const GROUP: u32 = 0o020;
    const OTHERS: u32 = 0o002;
    let Ok(found) = fs::metadata(place) else { return true };
    let own = found.uid() == geteuid().as_raw();
    let guarded = found.is_dir() && found.mode() & STICKY != 0;
    let by_group = found.mode() & GROUP != 0 && !(own && found.gid() == getegid().as_raw());
    let by_others = found.mode() & OTHERS != 0;
    !(own || found.uid() == 0) || (!guarded && (by_group || by_others))
}

/// On Windows the rights of a folder are its installer's matter: System32 and Program Files are
/// the administrators', and what a user names is that user's own.
#[cfg(not(unix))]
fn others_write(_place: &Path) -> bool {
    false
}

/// A folder and what a module in it is called.
struct Place {
    folder: PathBuf,
    /// How many folders deep it may lie.
    depth: usize,
    begins: &'static str,
    contains: &'static str,
}

impl Place {
    /// Case means nothing on two of the three systems.
    fn is_called(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        let library = [".dll", ".dylib", ".so"].iter().any(|end| name.contains(end));
        library && name.starts_with(self.begins) && name.contains(self.contains)
    }
}

fn search(place: &Place, folder: &Path, depth: usize, left: &mut usize, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let Some(fewer) = left.checked_sub(1) else { return };
        *left = fewer;
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            if depth > 0 {
                search(place, &path, depth - 1, left, found);
            }
        } else if place.is_called(&entry.file_name().to_string_lossy()) {
            found.push(path);
        }
    }
}

fn places() -> Vec<Place> {
    let hicos = hicos_folders().into_iter().map(|(folder, depth)| (folder, depth, HICOS));
    let free = library_folders().into_iter().map(|folder| (folder, 0, OPEN_GPKI));
    let opensc = opensc_folders().into_iter().map(|folder| (folder, 0, OPENSC));
    hicos
        .chain(free)
        .chain(opensc)
        .map(|(folder, depth, (begins, contains))| Place { folder, depth, begins, contains })
        .collect()
}

#[cfg(windows)]
fn hicos_folders() -> Vec<(PathBuf, usize)> {
    vec![
        (folder("SystemRoot", "System32"), 0),
        (folder("ProgramFiles", "HiCOS"), 2),
        (folder("SystemRoot", "SysWOW64"), 0),
        (folder("ProgramFiles(x86)", "HiCOS"), 2),
    ]
}

#[cfg(windows)]
fn library_folders() -> Vec<PathBuf> {
    vec![folder("SystemRoot", r"System32"), folder("ProgramFiles", "open-gpki-pkcs11")]
}

#[cfg(windows)]
fn opensc_folders() -> Vec<PathBuf> {
    let programs = ["ProgramFiles", "ProgramFiles(x86)"];
    programs.map(|programs| folder(programs, r"OpenSC Project\OpenSC\pkcs11")).to_vec()
}

/// Below the folder that Windows keeps under this name; 32-bit programs have folders of their own.
#[cfg(windows)]
fn folder(name: &str, below: &str) -> PathBuf {
    let usual = match name {
        "SystemRoot" => r"C:\Windows",
        "ProgramFiles(x86)" => r"C:\Program Files (x86)",
        _ => r"C:\Program Files",
    };
    PathBuf::from(std::env::var_os(name).unwrap_or_else(|| usual.into())).join(below)
}

#[cfg(target_os = "macos")]
fn hicos_folders() -> Vec<(PathBuf, usize)> {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let own = home.map(|home| home.join("Library/HiPKILocalSignServer"));
    own.into_iter().chain(["/Library/FBTokenLib".into()]).map(|folder| (folder, 1)).collect()
}

#[cfg(target_os = "macos")]
fn library_folders() -> Vec<PathBuf> {
    ["/usr/local/lib", "/opt/homebrew/lib"].map(PathBuf::from).to_vec()
}

#[cfg(target_os = "macos")]
fn opensc_folders() -> Vec<PathBuf> {
    let mut folders = library_folders();
    folders.insert(0, "/Library/OpenSC/lib".into());
    folders
}

#[cfg(not(any(windows, target_os = "macos")))]
fn hicos_folders() -> Vec<(PathBuf, usize)> {
    vec![("/usr/local/HiPKILocalSignServerApp".into(), 3)]
}

/// Debian and its like keep one folder for each kind of processor.
#[cfg(not(any(windows, target_os = "macos")))]
fn library_folders() -> Vec<PathBuf> {
    let multiarch = format!("/usr/lib/{}-linux-gnu", std::env::consts::ARCH);
    ["/usr/local/lib", &multiarch, "/usr/lib64", "/usr/lib"].map(PathBuf::from).to_vec()
}

#[cfg(not(any(windows, target_os = "macos")))]
fn opensc_folders() -> Vec<PathBuf> {
    library_folders()
}

/// `HiCOSPKCS11.dll`, `HiCOSPKCS11v32.dll`, `libHicos_p11v1.dylib`, `libHicos*p11*.so*`.
const HICOS: (&str, &str) = if cfg!(windows) { ("hicos", "pkcs11") } else { ("libhicos", "p11") };
const OPEN_GPKI: (&str, &str) = ("open-gpki-pkcs11", "");
const OPENSC: (&str, &str) = ("opensc-pkcs11", "");
/// System32 alone has some five thousand.
const MAX_ENTRIES: usize = 20_000;

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_module_is_found_by_its_name_some_folders_deep() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("lib/x86_64");
        fs::create_dir_all(&deep).unwrap();
        for name in ["libHicos_p11v1.so.1", "libHicos_p11v1.so", "libother.so", "libHicos.txt"] {
            fs::write(deep.join(name), "").unwrap();
        }
        let (begins, contains) = ("libhicos", "p11");
        let place = Place { folder: folder.path().to_owned(), depth: 2, begins, contains };
        let mut found = Vec::new();
        search(&place, &place.folder, 2, &mut 100, &mut found);
        assert_eq!(found.len(), 2);
        found.clear();
        search(&place, &place.folder, 1, &mut 100, &mut found);
        search(&place, &place.folder, 2, &mut 2, &mut found);
        assert!(found.is_empty(), "too deep, or after too many entries");
    }

    #[test]
    fn a_module_that_others_can_write_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let module = folder.path().join("module.so");
        fs::write(&module, "").unwrap();
        assert_eq!(protected(&module).unwrap(), fs::canonicalize(&module).unwrap());
        fs::set_permissions(&module, fs::Permissions::from_mode(0o666)).unwrap();
        assert!(
            matches!(protected(&module), Err(ModuleError::Unprotected(place)) if place.ends_with("module.so"))
        );
        fs::set_permissions(&module, fs::Permissions::from_mode(0o644)).unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
        assert!(matches!(protected(&module), Err(ModuleError::Unprotected(_))));
        assert!(matches!(protected(Path::new("/nowhere/x.so")), Err(ModuleError::NotLoaded(_))));
    }
}
