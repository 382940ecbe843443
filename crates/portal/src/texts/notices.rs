//! The words of what a member is written when the way to sign in has changed.

use crate::language::Language;

/// All of them in one language.
pub(crate) struct NoticeTexts {
    /// Of a mail.
    pub(crate) subject: &'static str,
    pub(crate) password: &'static str,
    /// To the account before, with `{account}`, the new one, masked.
    pub(crate) account: &'static str,
    pub(crate) gold: &'static str,
    pub(crate) card: &'static str,
    pub(crate) gold_freed: &'static str,
}

impl NoticeTexts {
    pub(crate) fn of(language: Language) -> &'static Self {
        language.pick([&CHINESE, &ENGLISH])
    }
}

const CHINESE: NoticeTexts = NoticeTexts {
    subject: "臺北卡帳號異動通知",
    password: "您的臺北卡密碼已變更。如果不是您本人，請立即在登入頁以「忘記密碼」設定新密碼。",
    account: "您的臺北卡帳號已改為 {account}，這個帳號不再能登入。如果不是您本人，請洽臺北卡服務櫃臺。",
    gold: "您已成為臺北卡金質會員，並可用自然人憑證登入。如果不是您本人，請變更密碼並洽臺北卡服務櫃臺。",
    gold_freed: "承辦人員已取消您的臺北卡金質會員資格，不能再以自然人憑證登入。如有疑問，請洽臺北卡服務櫃臺。",
    card: "您的臺北卡帳號已改用另一張自然人憑證登入。如果不是您本人，請變更密碼並洽臺北卡服務櫃臺。",
};

const ENGLISH: NoticeTexts = NoticeTexts {
    subject: "A change to your Taipei Card account",
    password: "The password of your Taipei Card account was changed. If it was not you, please choose a new one at once: see Forgotten password at the sign-in.",
    account: "Your Taipei Card account is {account} from now on; this one signs you in no more. If it was not you, please ask at a counter.",
    gold: "You are a Taipei Card gold member now and can sign in with your card. If it was not you, change your password and ask at a counter.",
    gold_freed: "A clerk took gold from your Taipei Card account; your card signs in to it no more. If that is wrong, please ask at a counter.",
    card: "Another card signs in to your Taipei Card account from now on. If it was not you, change your password and ask at a counter.",
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::is_one_sms;

    #[test]
    fn a_notice_is_one_sms() {
        for language in [Language::Chinese, Language::English] {
            let texts = NoticeTexts::of(language);
            let account = texts.account.replace("{account}", "l***@a-long-name.example.tw");
            for text in
                [texts.subject, texts.password, &account, texts.gold, texts.card, texts.gold_freed]
            {
                assert!(is_one_sms(text, language), "{} {text}", text.chars().count());
            }
        }
    }
}
