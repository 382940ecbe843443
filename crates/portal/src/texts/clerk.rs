//! The words of the clerk's desk.

use crate::language::Language;

/// All words of the desk in one language.
pub(crate) struct ClerkTexts {
    pub(crate) title: &'static str,
    pub(crate) lead: &'static str,
    pub(crate) none: &'static str,
    pub(crate) case: &'static str,
    pub(crate) card_taken: &'static str,
    pub(crate) id_taken: &'static str,
    pub(crate) tail: &'static str,
    pub(crate) member: &'static str,
    pub(crate) holder: &'static str,
    pub(crate) gone: &'static str,
    pub(crate) own: &'static str,
    pub(crate) free: &'static str,
    pub(crate) keep: &'static str,
}

impl ClerkTexts {
    pub(crate) fn of(language: Language) -> &'static Self {
        language.pick([&CHINESE, &ENGLISH])
    }
}

const CHINESE: ClerkTexts = ClerkTexts {
    title: "待處理的金質會員案件",
    lead: "請核對當事人的身分證件後再決定。「釋出」會取消原帳號的金質會員資格，申請人要再以卡片認證一次；「維持」不改變任何帳號。每次查看與決定都會留下紀錄。",
    none: "目前沒有待處理的案件。",
    case: "案件",
    card_taken: "申請人出示的憑證，已經用來認證另一個帳號。",
    id_taken: "申請人的身分證字號經查證屬實，但已經屬於另一個金質會員帳號。",
    tail: "身分證字號末四碼",
    member: "申請人",
    holder: "原帳號",
    gone: "帳號已刪除",
    own: "這是您自己的案件，請由另一位承辦人員決定。",
    free: "釋出給申請人",
    keep: "維持原帳號",
};

const ENGLISH: ClerkTexts = ClerkTexts {
    title: "Open cases of gold members",
    lead: "Please check the person's papers first. “Free” takes gold from the other account, and the applicant has to show the card once more; “Keep” changes no account. Every look and every decision is logged.",
    none: "There are no open cases.",
    case: "Case",
    card_taken: "The applicant's certificate has made another account gold.",
    id_taken: "The applicant's ID number was confirmed, and another gold account has it already.",
    tail: "Last four of the ID number",
    member: "Applicant",
    holder: "Other account",
    gone: "the account was deleted",
    own: "This case is your own; somebody else has to decide it.",
    free: "Free it for the applicant",
    keep: "Keep it as it is",
};
