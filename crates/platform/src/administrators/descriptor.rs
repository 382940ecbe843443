//! A security descriptor in its self-relative form, [MS-DTYP] 2.4.6, and what it says about who
//! may write. All of it little-endian.
//!
//! Refuses to know files: it gets the bytes. What it does not understand grants rights to others.

/// What the descriptor belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Folder,
}

/// Owner and discretionary access list.
pub(super) struct SecurityDescriptor {
    owner: Vec<u8>,
    /// `None` where there is no list at all: then everybody may do everything (2.4.6, DP and DACL).
    entries: Option<Vec<Entry>>,
}

/// An access control entry, 2.4.4.
struct Entry {
    kind: u8,
    flags: u8,
    body: Vec<u8>,
}

impl SecurityDescriptor {
    /// `None` where the bytes are no such descriptor.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let control = u16_at(bytes, 2)?;
        if *bytes.first()? != REVISION || control & SELF_RELATIVE == 0 {
            return None;
        }
        let owner = sid(bytes.get(offset_at(bytes, 4)?..)?)?.to_vec();
        let list = offset_at(bytes, 16)?;
        let present = control & DACL_PRESENT != 0 && list != 0;
        let entries = if present { Some(entries(bytes.get(list..)?)?) } else { None };
        Some(Self { owner, entries })
    }

    /// Whether administrators own it and nobody else has a right to change it.
    pub(super) fn administrators_alone_write(&self, kind: Kind) -> bool {
        let dangerous = if kind == Kind::File { CHANGES_A_FILE } else { CHANGES_WHAT_IS_IN_IT };
        ADMINISTRATORS.contains(&self.owner.as_slice())
            && self
                .entries
                .as_ref()
                .is_some_and(|all| !all.iter().any(|entry| entry.lets_others(dangerous)))
    }
}

impl Entry {
    fn lets_others(&self, dangerous: u32) -> bool {
        if DENIALS.contains(&self.kind) || self.flags & INHERIT_ONLY != 0 {
            return false;
        }
        if !GRANTS.contains(&self.kind) {
            return true;
        }
        let (mask, trustee) = (u32_at(&self.body, 0), self.body.get(4..).and_then(sid));
        match (mask, trustee) {
            (Some(mask), Some(trustee)) => {
                mask & dangerous != 0 && !ADMINISTRATORS.contains(&trustee)
            }
            _ => true,
        }
    }
}

/// An access control list, 2.4.5.
fn entries(list: &[u8]) -> Option<Vec<Entry>> {
    let list = list.get(..usize::from(u16_at(list, 2)?))?;
    let mut rest = list.get(8..)?;
    let mut entries = Vec::new();
    for _ in 0..u16_at(list, 4)? {
        let (kind, flags) = (*rest.first()?, *rest.get(1)?);
        let length = usize::from(u16_at(rest, 2)?);
        entries.push(Entry { kind, flags, body: rest.get(4..length)?.to_vec() });
        rest = rest.get(length..)?;
    }
    Some(entries)
}

/// The SID at the beginning of `bytes`, 2.4.2.2: revision, number of sub-authorities, six bytes of
/// authority, four bytes each.
fn sid(bytes: &[u8]) -> Option<&[u8]> {
    bytes.get(..8 + 4 * usize::from(*bytes.get(1)?))
}

fn offset_at(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32_at(bytes, at)?).ok()
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

const REVISION: u8 = 1;
/// SR and DP, 2.4.6.
const SELF_RELATIVE: u16 = 0x8000;
const DACL_PRESENT: u16 = 0x0004;

/// ACCESS_ALLOWED_ACE_TYPE and ACCESS_ALLOWED_CALLBACK_ACE_TYPE, 2.4.4.1: a mask and a SID come
/// first. Those for objects of a directory service do not stand on files.
const GRANTS: [u8; 2] = [0x00, 0x09];
/// ACCESS_DENIED_ACE_TYPE and its kin, 2.4.4.1.
const DENIALS: [u8; 4] = [0x01, 0x06, 0x0A, 0x0C];
/// INHERIT_ONLY_ACE, 2.4.4.1: for what will be made in the folder, not for the folder.
const INHERIT_ONLY: u8 = 0x08;

/// ACCESS_MASK, 2.4.3: GENERIC_ALL, GENERIC_WRITE, MAXIMUM_ALLOWED, WRITE_OWNER, WRITE_DAC, DELETE.
const CHANGES_ANYTHING: u32 =
    0x1000_0000 | 0x4000_0000 | 0x0200_0000 | 0x0008_0000 | 0x0004_0000 | 0x0001_0000;
/// And [MS-SMB2] 2.2.13.1.1: FILE_WRITE_DATA, FILE_APPEND_DATA, FILE_WRITE_EA, FILE_WRITE_ATTRIBUTES.
const CHANGES_A_FILE: u32 = CHANGES_ANYTHING | 0x0002 | 0x0004 | 0x0010 | 0x0100;
/// And [MS-SMB2] 2.2.13.1.2: FILE_DELETE_CHILD. Windows lets every user add folders to `C:\` and files
/// to `C:\ProgramData`.
const CHANGES_WHAT_IS_IN_IT: u32 = CHANGES_ANYTHING | 0x0040;

/// [MS-DTYP] 2.4.2.4 BUILTIN_ADMINISTRATORS and LOCAL_SYSTEM; and NT SERVICE\TrustedInstaller, who
/// owns what Windows itself put there.
const ADMINISTRATORS: [&[u8]; 3] = [
    b"\x01\x02\0\0\0\0\0\x05\x20\0\0\0\x20\x02\0\0",
    b"\x01\x01\0\0\0\0\0\x05\x12\0\0\0",
    b"\x01\x06\0\0\0\0\0\x05\x50\0\0\0\xB5\x89\xFB\x38\x19\x84\xC2\xCB\x5C\x6C\x23\x6D\x57\x00\x77\x6E\xC0\x02\x64\x87",
];

#[cfg(test)]
mod tests;
