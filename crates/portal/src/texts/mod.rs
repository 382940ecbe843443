//! The words of the pages. A word missing in a language is an error of the compiler.

mod chinese;
mod clerk;
mod english;
mod forgotten;
mod home;
mod install;
mod join;
mod notices;
mod own_account;
mod ways;

use crate::language::Language;
pub(crate) use clerk::ClerkTexts;
pub(crate) use forgotten::ForgottenTexts;
pub(crate) use home::HomeTexts;
pub(crate) use install::Step;
pub(crate) use join::JoinTexts;
pub(crate) use notices::NoticeTexts;
pub(crate) use own_account::OwnAccountTexts;
pub(crate) use ways::{WaysTexts, steps};

/// All words of one language.
pub(crate) struct Texts {
    pub(crate) site: &'static str,
    pub(crate) other_language: &'static str,
    pub(crate) footer: &'static str,
    pub(crate) skip: &'static str,

    pub(crate) sign_in: &'static str,
    pub(crate) sign_in_with_card: &'static str,
    pub(crate) sign_in_lead: &'static str,
    pub(crate) account: &'static str,
    pub(crate) email: &'static str,
    pub(crate) password: &'static str,
    pub(crate) wrong_credentials: &'static str,
    pub(crate) too_many_sign_ins: &'static str,
    pub(crate) crowded: &'static str,
    pub(crate) sign_out: &'static str,
    /// Before the sign-in: what came before.
    pub(crate) session_over: &'static str,
    pub(crate) signed_out: &'static str,
    pub(crate) account_deleted: &'static str,
    pub(crate) account_stopped: &'static str,
    pub(crate) password_set: &'static str,
    pub(crate) leave_title: &'static str,
    pub(crate) leave_lead: &'static str,
    pub(crate) accepted_notice: &'static str,
    pub(crate) confirm_title: &'static str,
    pub(crate) confirm_lead: &'static str,

    pub(crate) problem: &'static str,
    pub(crate) form_outdated: &'static str,
    pub(crate) form_incomplete: &'static str,
    pub(crate) page_not_found: &'static str,
    pub(crate) too_slow: &'static str,
    pub(crate) site_failed: &'static str,
    pub(crate) front_page: &'static str,

    pub(crate) profile: &'static str,
    pub(crate) name: &'static str,
    pub(crate) membership: &'static str,
    pub(crate) general_member: &'static str,
    pub(crate) gold_member: &'static str,
    pub(crate) golden_crown: &'static str,
    pub(crate) gold_since: &'static str,
    pub(crate) start_gold: &'static str,
    pub(crate) gold_benefits: &'static str,
    pub(crate) online: &'static str,
    pub(crate) counter: &'static str,

    pub(crate) gold_title: &'static str,
    pub(crate) gold_lead: &'static str,
    pub(crate) step_component: &'static str,
    pub(crate) step_id: &'static str,
    pub(crate) step_pin: &'static str,
    pub(crate) national_id: &'static str,
    pub(crate) national_id_hint: &'static str,
    pub(crate) next: &'static str,
    pub(crate) cancel: &'static str,
    pub(crate) back: &'static str,
    pub(crate) needs_script: &'static str,

    /// Between a label and what it is the label of.
    pub(crate) colon: &'static str,
    pub(crate) component: &'static str,
    pub(crate) look: &'static str,
    /// By state of the component, as the client names it, then by state of the card.
    pub(crate) states: &'static [(&'static str, &'static str)],
    /// What the page itself has to say, by code.
    pub(crate) messages: &'static [(&'static str, &'static str)],
}

impl Texts {
    pub(crate) fn of(language: Language) -> &'static Self {
        language.pick([&chinese::TEXTS, &english::TEXTS])
    }
}

/// Whether this goes out as one SMS, 70 characters of UCS-2 or 160 of the GSM alphabet (3GPP TS 23.038 §4), says
/// whose it is, and leads nowhere: a link in a message is what thieves send.
#[cfg(test)]
fn is_one_sms(text: &str, language: Language) -> bool {
    let (name, longest) = language.pick([("臺北卡", 70), ("Taipei Card", 160)]);
    let has_link = ["://", "www", ".tw/"].iter().any(|part| text.contains(part));
    text.contains(name)
        && text.chars().count() <= longest
        && !has_link
        && (language == Language::Chinese || text.is_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_know_the_same_states_and_messages() {
        let [chinese, english] = [Language::Chinese, Language::English].map(Texts::of);
        let keys =
            |list: &[(&'static str, &str)]| list.iter().map(|(key, _)| *key).collect::<Vec<_>>();
        assert_eq!(keys(chinese.states), keys(english.states));
        assert_eq!(keys(chinese.messages), keys(english.messages));
    }
}
