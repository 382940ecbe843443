//! The words for a password that was forgotten.

use crate::language::Language;

/// All words of these pages in one language.
pub(crate) struct ForgottenTexts {
    /// Of the pages, and of the way to them.
    pub(crate) title: &'static str,
    pub(crate) lead: &'static str,
    pub(crate) password_lead: &'static str,
    /// The message, with `{code}` in it.
    pub(crate) message_code: &'static str,
    /// The message to somebody who has no account.
    pub(crate) message_unknown: &'static str,
}

impl ForgottenTexts {
    pub(crate) fn of(language: Language) -> &'static Self {
        language.pick([&CHINESE, &ENGLISH])
    }
}

const CHINESE: ForgottenTexts = ForgottenTexts {
    title: "忘記密碼",
    lead: "下一步請輸入您登入用的手機號碼或電子郵件，並輸入寄到那裡的驗證碼，即可設定新密碼。",
    password_lead: "請設定新密碼。設定後，所有裝置上的登入會全部結束，請以新密碼重新登入。",
    message_code: "您的臺北卡驗證碼是 {code}，5 分鐘內有效，用來重設密碼。請不要告訴任何人。",
    message_unknown: "有人要重設臺北卡密碼，但這個帳號沒有註冊。如果是您本人，請先申請臺北卡；如果不是，不需要處理。",
};

const ENGLISH: ForgottenTexts = ForgottenTexts {
    title: "Forgotten password",
    lead: "Next, please enter the mobile number or e-mail address you sign in with, and the code that is sent there. Then you can choose a new password.",
    password_lead: "Please choose a new password. All devices are signed out with it, and you sign in anew.",
    message_code: "Your Taipei Card code is {code}, for a new password. It is valid for 5 minutes. Please tell it to nobody.",
    message_unknown: "Somebody asked for a new Taipei Card password, but this account is not registered. If it was you, please apply first; if not, there is nothing to do.",
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::is_one_sms;

    #[test]
    fn a_message_is_one_sms() {
        for language in [Language::Chinese, Language::English] {
            let texts = ForgottenTexts::of(language);
            let with_code = texts.message_code.replace("{code}", "123456");
            for text in [with_code.as_str(), texts.message_unknown] {
                assert!(is_one_sms(text, language), "{text}");
            }
        }
    }
}
