//! Whether browsers trust this computer's certificates of localhost. Looks, and changes nothing.

use super::outcome::Trust;

/// Nothing is there to be trusted.
pub(super) fn unasked() -> (Trust, Vec<String>) {
    (Trust::Unasked, Vec::new())
}

/// On Linux Chromium reads `~/.pki/nssdb` and Firefox the `cert9.db` of each profile; NSS's
/// `certutil` looks into both.
#[cfg(target_os = "linux")]
pub(super) use nss::look;

/// There is no look into the stores of the other systems yet.
#[cfg(not(target_os = "linux"))]
pub(super) fn look(_home: &std::path::Path, _root: &[u8]) -> (Trust, Vec<String>) {
    (Trust::Unchecked, Vec::new())
}

#[cfg(target_os = "linux")]
mod nss {
    use std::ffi::OsString;
    use std::fs;
    use std::path::{Path, PathBuf};
    use std::process::Command;

    use openssl::x509::X509;

    use super::Trust;
    use crate::diagnostics::tool::output;

    /// `root` is the certificate, DER.
    pub(in crate::diagnostics) fn look(home: &Path, root: &[u8]) -> (Trust, Vec<String>) {
        let stores = stores(home);
        let answers: Vec<Option<bool>> =
            stores.iter().map(|(_, store)| trusts(store, root)).collect();
        let outcome = if stores.is_empty() || answers.contains(&None) {
            Trust::Unchecked
        } else if answers.iter().all(|answer| *answer == Some(true)) {
            Trust::Trusted
        } else if answers.contains(&Some(true)) {
            Trust::Partly
        } else {
            Trust::Untrusted
        };
        let word = |answer: Option<bool>| match answer {
            Some(true) => "trusted",
            Some(false) => "not trusted",
            None => "unknown (certutil)",
        };
        let details = stores.iter().zip(answers);
        let details = details.map(|((name, _), answer)| format!("{name}: {}", word(answer)));
        (outcome, details.collect())
    }

    fn stores(home: &Path) -> Vec<(&'static str, PathBuf)> {
        let chromium = home.join(".pki/nssdb");
        let profiles = FIREFOX.iter().flat_map(|folder| fs::read_dir(home.join(folder)));
        let profiles = profiles.flatten().flatten().map(|entry| entry.path()).take(MOST_PROFILES);
        let mut stores = vec![("Chromium", chromium)];
        stores.extend(profiles.map(|profile| ("Firefox", profile)));
        stores.retain(|(_, store)| store.join("cert9.db").is_file());
        stores
    }

    /// Whether the store holds the certificate as an authority for web sites.
    fn trusts(store: &Path, root: &[u8]) -> Option<bool> {
        let mut folder = OsString::from("sql:");
        folder.push(store);
        let listed = output(Command::new("certutil").arg("-L").arg("-d").arg(&folder))?;
        let mut authorities = listed.lines().filter_map(authority).take(MOST_AUTHORITIES);
        let same = |name: &str| {
            let mut ask = Command::new("certutil");
            let pem = output(ask.args(["-L", "-a", "-n", name, "-d"]).arg(&folder));
            let der = pem.and_then(|pem| X509::from_pem(pem.as_bytes()).ok()?.to_der().ok());
            der.as_deref() == Some(root)
        };
        Some(authorities.any(same))
    }

    /// `certutil -L` lists a nickname and, after blanks, three sets of flags; a C in the first one
    /// is trust for web sites.
    fn authority(line: &str) -> Option<&str> {
        let (name, flags) = line.trim_end().rsplit_once(' ')?;
        let (web, _) = flags.split_once(',')?;
        web.contains('C').then_some(name.trim())
    }

    const FIREFOX: [&str; 3] = [
        ".mozilla/firefox",
        "snap/firefox/common/.mozilla/firefox",
        ".var/app/org.mozilla.firefox/.mozilla/firefox",
    ];
    const MOST_PROFILES: usize = 16;
    const MOST_AUTHORITIES: usize = 64;

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn only_an_authority_for_web_sites_counts() {
            assert_eq!(authority("My root, 2026    C,,  "), Some("My root, 2026"));
            assert_eq!(authority("Mine      CT,C,C"), Some("Mine"));
            for other in ["A mail CA    ,C,", "A server   P,,", "Certificate Nickname", "", "C,,"] {
                assert_eq!(authority(other), None, "{other}");
            }
        }
    }
}
