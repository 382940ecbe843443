//! The targets of the fuzzer with bytes of proptest's, every time the tests run.

use ankong_hostile::Subject;
use ankong_hostile::targets::{self, Outcome};
use proptest::collection::vec;
use proptest::prelude::*;

#[test]
fn no_bytes_at_all_are_an_honest_card_that_signs() {
    for subject in Subject::ALL {
        assert_eq!(targets::tampered(subject, &[]), Outcome::Signed, "{subject:?}");
    }
    for kind in 0..3 {
        assert_eq!(targets::files(&[kind]), Outcome::Read, "{kind}");
    }
}

/// Long stretches of honesty, so that the lies are spread over a whole authentication.
fn choices() -> impl Strategy<Value = Vec<u8>> {
    let choice = prop_oneof![
        12 => Just(vec![0]),
        2 => vec(any::<u8>(), 1..8),
        1 => (0xB0_u8..0xD0).prop_map(|status| vec![status]),
    ];
    vec(choice, 0..60).prop_map(|choices| choices.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_pin_is_sent_once_for_each_entry_whatever_the_card_answers(choices in choices()) {
        for subject in Subject::ALL {
            targets::tampered(subject, &choices);
        }
    }

    #[test]
    fn a_card_that_makes_everything_up_gets_no_second_pin_either(bytes in vec(any::<u8>(), 0..600)) {
        targets::made_up(&bytes);
    }

    #[test]
    fn no_contents_of_files_break_the_reading(bytes in vec(any::<u8>(), 0..200)) {
        targets::files(&bytes);
        targets::tlv(&bytes);
    }
}
