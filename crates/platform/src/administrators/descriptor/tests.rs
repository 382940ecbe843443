//! Descriptors that Samba made, and what becomes of damaged ones.

use super::*;

const CASES: &str = include_str!("../../../tests/data/descriptors.txt");

#[derive(Default)]
struct Case {
    name: &'static str,
    kind: &'static str,
    expect: &'static str,
    bytes: Vec<u8>,
}

impl Case {
    fn kind(&self) -> Kind {
        match self.kind {
            "file" => Kind::File,
            "folder" => Kind::Folder,
            other => panic!("{}: kind {other}", self.name),
        }
    }

    fn administrators_expected(&self) -> bool {
        match self.expect {
            "administrators" => true,
            "others" => false,
            other => panic!("{}: expect {other}", self.name),
        }
    }
}

fn cases() -> Vec<Case> {
    let blocks = CASES.split("\n\n").map(str::trim).filter(|block| !block.starts_with('#'));
    let case = |block: &'static str| {
        let mut case = Case::default();
        for line in block.lines() {
            match line.split_once(": ") {
                Some(("name", value)) => case.name = value,
                Some(("kind", value)) => case.kind = value,
                Some(("expect", value)) => case.expect = value,
                Some(("bytes", value)) => case.bytes = hex::decode(value).unwrap(),
                Some(("sddl", _)) => {}
                _ => panic!("unknown line {line}"),
            }
        }
        case
    };
    blocks.filter(|block| !block.is_empty()).map(case).collect()
}

#[test]
fn every_descriptor_is_read_as_its_sddl_says() {
    let cases = cases();
    assert!(cases.len() > 15);
    for case in cases {
        let descriptor = SecurityDescriptor::parse(&case.bytes).unwrap();
        let alone = descriptor.administrators_alone_write(case.kind());
        assert_eq!(alone, case.administrators_expected(), "{}", case.name);
    }
}

#[test]
fn a_descriptor_cut_short_is_none() {
    for case in cases().iter().filter(|case| case.expect == "administrators") {
        for length in 0..case.bytes.len() {
            let cut = SecurityDescriptor::parse(&case.bytes[..length]);
            assert!(cut.is_none(), "{}, {length} bytes", case.name);
        }
    }
}

#[test]
fn a_changed_byte_makes_no_panic() {
    let others = "everybody may write data";
    let case = cases().into_iter().find(|case| case.name == others).unwrap();
    for at in 0..case.bytes.len() {
        for flip in [0x01, 0x80, 0xFF] {
            let mut bytes = case.bytes.clone();
            bytes[at] ^= flip;
            let _ = SecurityDescriptor::parse(&bytes)
                .map(|descriptor| descriptor.administrators_alone_write(Kind::File));
        }
    }
}
