//! The words of the registration.

use crate::language::Language;

/// All words of the registration in one language.
pub(crate) struct JoinTexts {
    pub(crate) apply: &'static str,
    pub(crate) choose_title: &'static str,
    pub(crate) choose_lead: &'static str,
    pub(crate) needs: &'static str,
    pub(crate) further: &'static str,
    pub(crate) phone_or_email: &'static str,
    pub(crate) none: &'static str,
    pub(crate) citizen_certificate: &'static str,
    pub(crate) general_register: &'static str,
    pub(crate) gold_register: &'static str,
    pub(crate) organisation: &'static str,
    pub(crate) organisation_certificate: &'static str,
    pub(crate) organisation_closed: &'static str,

    pub(crate) notice_title: &'static str,
    pub(crate) notice: &'static [&'static str],
    pub(crate) notice_version: &'static str,
    pub(crate) accept: &'static str,

    pub(crate) contact_title: &'static str,
    pub(crate) by_mobile: &'static str,
    pub(crate) by_email: &'static str,
    pub(crate) mobile: &'static str,
    pub(crate) send_code: &'static str,
    pub(crate) send_again: &'static str,
    pub(crate) sending: &'static str,
    pub(crate) sent: &'static str,
    pub(crate) code: &'static str,
    /// With `{digits}` in the place of their number.
    pub(crate) code_hint: &'static str,
    pub(crate) not_a_robot: &'static str,
    pub(crate) tick_robot: &'static str,
    pub(crate) wrong_code: &'static str,
    pub(crate) not_an_account: &'static str,
    pub(crate) robot_failed: &'static str,
    pub(crate) robot_away: &'static str,
    pub(crate) google_judges: &'static str,
    pub(crate) too_many_codes: &'static str,
    pub(crate) begin_again: &'static str,
    /// On the page of the choice, for who was led back to it.
    pub(crate) begin_here: &'static str,
    pub(crate) failed: &'static str,
    pub(crate) needs_script: &'static str,
    /// With `{code}` in the place of the code.
    pub(crate) message_code: &'static str,
    pub(crate) message_known: &'static str,
    /// Of a mail.
    pub(crate) message_subject: &'static str,
    pub(crate) no_way: &'static str,
    pub(crate) sending_full: &'static str,

    pub(crate) profile_title: &'static str,
    pub(crate) family_name: &'static str,
    pub(crate) given_name: &'static str,
    pub(crate) name_hint: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) person: &'static str,
    pub(crate) password_again: &'static str,
    pub(crate) rule: &'static str,
    /// For whoever hears the rule while it is typed: before what is missing, between two, and the end.
    pub(crate) rule_missing: &'static str,
    pub(crate) comma: &'static str,
    pub(crate) rule_kept: &'static str,
    /// By name of the part, see `password_rule`.
    pub(crate) rule_parts: [(&'static str, &'static str); 5],
    pub(crate) register: &'static str,
    pub(crate) name_unusable: &'static str,
    pub(crate) password_weak: &'static str,
    pub(crate) passwords_differ: &'static str,
    pub(crate) account_taken: &'static str,

    pub(crate) welcome_title: &'static str,
    pub(crate) welcome_question: &'static str,
    pub(crate) not_now: &'static str,

    pub(crate) outbox_title: &'static str,
    pub(crate) outbox_lead: &'static str,
    pub(crate) outbox_empty: &'static str,
}

impl JoinTexts {
    pub(crate) fn of(language: Language) -> &'static Self {
        language.pick([&CHINESE, &ENGLISH])
    }
}

const CHINESE: JoinTexts = JoinTexts {
    apply: "申請台北卡",
    choose_title: "選擇會員種類",
    choose_lead: "先看看每種會員可以使用的服務，以及需要準備的東西。",
    needs: "基本認證",
    further: "進階認證",
    phone_or_email: "手機號碼或電子郵件",
    none: "不需要",
    citizen_certificate: "自然人憑證",
    general_register: "註冊一般會員",
    gold_register: "註冊金質會員",
    organisation: "組織會員",
    organisation_certificate: "工商憑證或組織憑證",
    organisation_closed: "本參考網站目前不受理組織會員。",

    notice_title: "告知聲明",
    notice: &[
        "為了建立您的會員帳號，本網站會記錄您的手機號碼或電子郵件、姓名，以及密碼經過單向運算的結果。手機號碼或電子郵件用來登入與接收驗證碼，姓名用來核對您的自然人憑證。",
        "資料只在帳號存續期間保存於本網站，並只用於會員服務。進行金質會員認證時，本網站另外記錄憑證的指紋與到期日、身分證字號末四碼，以及身分證字號經過金鑰運算的結果；不會保存身分證字號本身，也不會取得 PIN 碼。",
        "登入後可在「帳號管理」查閱本網站記錄的資料與最近的登入紀錄、變更手機號碼或電子郵件與密碼、下載資料的複製本、停止使用帳號，或刪除帳號。姓名用來核對憑證，不能自行更改。登入與認證的經過會以隨機的會員代號與網路的前段位址記錄，帳號刪除後仍會保留至期限屆滿，其中沒有帳號、姓名與身分證字號。您可以自由決定是否提供資料；不提供時，將無法成為會員。",
    ],
    notice_version: "版本",
    accept: "我已閱讀並同意以上內容",

    contact_title: "認證您的帳號",
    by_mobile: "手機認證",
    by_email: "電子郵件認證",
    mobile: "手機號碼",
    send_code: "寄送驗證碼",
    send_again: "再次取得驗證碼",
    sending: "正在寄送…",
    sent: "驗證碼已寄出，請在 5 分鐘內輸入。沒有收到時，一分鐘後可以再次取得。",
    code: "驗證碼",
    code_hint: "請輸入收到的 {digits} 位數字。",
    not_a_robot: "我不是機器人",
    tick_robot: "請先勾選「我不是機器人」。",
    wrong_code: "驗證碼不正確或已失效，請檢查後再試，或再次取得驗證碼。",
    not_an_account: "格式不正確，請輸入 09 開頭的手機號碼或完整的電子郵件。",
    robot_failed: "沒有通過「我不是機器人」的檢查，請重新勾選後再試。",
    robot_away: "目前無法確認「我不是機器人」，請檢查網路或稍後再試。您輸入的資料沒有問題。",
    google_judges: "「我不是機器人」的檢查由 Google reCAPTCHA 進行，您的瀏覽器會與 Google 連線。",
    too_many_codes: "取得驗證碼的次數過多，請至少等 1 分鐘再試；同一個帳號一小時最多 5 次，同一個網路最多 30 次。",
    begin_here: "這個步驟還沒有開始，或已經過期。要加入會員，請從這裡開始；忘記密碼，請回登入頁。",
    begin_again: "這次申請已經過期，請從選擇會員種類重新開始。",
    failed: "目前無法寄送驗證碼，請稍後再試。",
    needs_script: "這一頁需要 JavaScript 才能寄送驗證碼，請在瀏覽器的設定中開啟。",
    message_code: "您的臺北卡驗證碼是 {code}，5 分鐘內有效。請不要告訴任何人。",
    message_known: "有人用這個帳號申請臺北卡，但它已經註冊過了。如果是您本人，請直接登入；如果不是，不需要處理。",
    message_subject: "臺北卡驗證碼",
    no_way: "本網站目前不能寄送驗證碼到這種帳號，請改用頁面上提供的方式。",
    sending_full: "目前取得驗證碼的人數較多，請過幾分鐘再試。",

    profile_title: "會員個人資料",
    family_name: "姓氏",
    given_name: "名字",
    name_hint: "請填寫與自然人憑證相同的姓名，日後才能認證為金質會員。",
    kind: "會員種類",
    person: "個人會員",
    password_again: "再次輸入密碼",
    rule: "您的密碼必須包含：",
    rule_missing: "還需要：",
    comma: "、",
    rule_kept: "密碼符合規則。",
    rule_parts: [
        ("length", "至少 8 個字元"),
        ("upper", "至少一個大寫英文字母"),
        ("lower", "至少一個小寫英文字母"),
        ("digit", "至少一個數字"),
        ("symbol", "至少一個下列符號：!@#$%^+="),
    ],
    register: "註冊",
    name_unusable: "請填寫姓氏與名字，各不超過 50 個字。",
    password_weak: "密碼不符合規則，請依照下方的提示設定。",
    passwords_differ: "兩次輸入的密碼不同，請重新輸入。",
    account_taken: "這個帳號已經註冊過了，請直接登入。",

    welcome_title: "您已成為一般會員",
    welcome_question: "要繼續進行金質會員認證嗎？",
    not_now: "暫不考慮，以一般會員使用臺北卡",

    outbox_title: "寄件匣（開發用）",
    outbox_lead: "以下訊息沒有真的寄出。正式的網站不可以開啟這一頁。",
    outbox_empty: "還沒有訊息。",
};

const ENGLISH: JoinTexts = JoinTexts {
    apply: "Apply for Taipei Card",
    choose_title: "Choose a membership",
    choose_lead: "See what each membership opens and what you need for it.",
    needs: "You need",
    further: "And further",
    phone_or_email: "mobile number or e-mail address",
    none: "nothing",
    citizen_certificate: "Citizen Digital Certificate",
    general_register: "Register as a general member",
    gold_register: "Register as a gold member",
    organisation: "Organisation",
    organisation_certificate: "certificate of a company or an organisation",
    organisation_closed: "This reference site does not take organisations now.",

    notice_title: "Notice",
    notice: &[
        "To make your account this site keeps your mobile number or e-mail address, your name, and a one-way hash of your password. You sign in with the number or address, and codes are sent there; the name is compared with your Citizen Digital Certificate.",
        "It is kept here for as long as the account exists and serves the membership only. When you become a gold member, this site also keeps the certificate's fingerprint and date of expiry, the last four of your ID number, and the ID number run through a keyed function. It keeps no ID number as such and never gets your PIN.",
        "After you sign in, “Your account” shows what is kept and your recent sign-ins; there you can change the number or address and the password, download a copy, stop using the account, or delete it. The name is compared with your certificate and cannot be changed by yourself. Sign-ins and upgrades are recorded under a random number with the first part of the network's address; these records have no account, name or ID number, and stay until their time is over even when the account is deleted. You are free to give this or not; without it you cannot become a member.",
    ],
    notice_version: "Version",
    accept: "I have read this and agree",

    contact_title: "Confirm your account",
    by_mobile: "By mobile number",
    by_email: "By e-mail",
    mobile: "Mobile number",
    send_code: "Send the code",
    send_again: "Send another code",
    sending: "Sending…",
    sent: "The code is on its way; please enter it within 5 minutes. If it does not come you can ask for another in a minute.",
    code: "Code",
    code_hint: "Please enter the {digits} digits you got.",
    not_a_robot: "I am not a robot",
    tick_robot: "Please tick “I am not a robot” first.",
    wrong_code: "The code is wrong or no longer valid. Please check it, or ask for another.",
    not_an_account: "Please enter a mobile number that begins with 09, or a whole e-mail address.",
    robot_failed: "The check for robots was not passed. Please tick the box again.",
    robot_away: "Whether you are a robot cannot be found out just now. Please check your connection or try again later; nothing is wrong with what you typed.",
    google_judges: "The check for robots is Google's reCAPTCHA: your browser connects to Google for it.",
    too_many_codes: "Too many codes were asked for. Please wait a minute at least; an account gets five an hour, a network thirty.",
    begin_here: "Nothing of yours is under way, or its time is over. To become a member, please begin here; with a forgotten password, at the sign-in.",
    begin_again: "This application is out of date. Please begin again with the choice of a membership.",
    failed: "No code can be sent now. Please try again later.",
    needs_script: "This page needs JavaScript to send the code. Please allow it in the browser's settings.",
    message_code: "Your Taipei Card code is {code}. It is valid for 5 minutes. Please tell it to nobody.",
    message_known: "Somebody applied for a Taipei Card with this account, which is registered already. If it was you, please sign in; if not, there is nothing to do.",
    message_subject: "Your Taipei Card code",
    no_way: "This site cannot send codes to accounts of this kind now. Please use a way the page offers.",
    sending_full: "Many people are asking for codes just now. Please try again in a few minutes.",

    profile_title: "Your profile",
    family_name: "Family name",
    given_name: "Given name",
    name_hint: "Please give the name as on your Citizen Digital Certificate, or you cannot become a gold member later.",
    kind: "Membership",
    person: "Person",
    password_again: "Password again",
    rule: "Your password needs:",
    rule_missing: "Still needed: ",
    comma: ", ",
    rule_kept: "The password keeps the rule.",
    rule_parts: [
        ("length", "at least 8 characters"),
        ("upper", "at least one capital letter"),
        ("lower", "at least one small letter"),
        ("digit", "at least one digit"),
        ("symbol", "at least one of !@#$%^+="),
    ],
    register: "Register",
    name_unusable: "Please give a family name and a given name of at most 50 characters each.",
    password_weak: "The password does not keep the rule. Please see below what it needs.",
    passwords_differ: "The two passwords are not the same. Please enter them again.",
    account_taken: "This account is registered already. Please sign in.",

    welcome_title: "You are a general member now",
    welcome_question: "Would you like to go on and become a gold member?",
    not_now: "Not now, use Taipei Card as a general member",

    outbox_title: "Outbox (for development)",
    outbox_lead: "These messages were not sent. A real site must not have this page.",
    outbox_empty: "No messages yet.",
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::is_one_sms;

    #[test]
    fn a_message_is_one_sms() {
        for language in [Language::Chinese, Language::English] {
            let join = JoinTexts::of(language);
            let with_code = join.message_code.replace("{code}", "123456");
            assert!(with_code.contains("123456"));
            for text in [&with_code, join.message_known, join.message_subject] {
                assert!(is_one_sms(text, language), "{text}");
            }
        }
    }
}
