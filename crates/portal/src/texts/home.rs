//! The words of the front page and of the member's own page.

use crate::language::Language;

/// All words of both pages in one language.
pub(crate) struct HomeTexts {
    pub(crate) front_title: &'static str,
    pub(crate) front_lead: &'static str,
    pub(crate) general_needs: &'static str,
    pub(crate) gold_needs: &'static str,
    pub(crate) organisation_needs: &'static str,
    pub(crate) may_change: &'static str,

    pub(crate) home_title: &'static str,
    pub(crate) services: &'static str,
    pub(crate) services_hint: &'static str,
    pub(crate) opened: &'static str,
    pub(crate) how_to_apply: &'static str,
    pub(crate) how_online: &'static str,
    pub(crate) how_counter: &'static str,
    pub(crate) to_gold: &'static str,
    pub(crate) renew: &'static str,
    pub(crate) card_until: &'static str,
    pub(crate) desk: &'static str,
    pub(crate) own_account: &'static str,
}

impl HomeTexts {
    pub(crate) fn of(language: Language) -> &'static Self {
        language.pick([&CHINESE, &ENGLISH])
    }
}

const CHINESE: HomeTexts = HomeTexts {
    front_title: "一個會員，使用臺北市的服務",
    front_lead: "用手機號碼或電子郵件就能成為一般會員；再以自然人憑證認證，就是金質會員。",
    general_needs: "需要：手機號碼或電子郵件（擇一）。",
    gold_needs: "需要：手機號碼或電子郵件（擇一），以及自然人憑證。一般會員的服務也都能使用。",
    organisation_needs: "需要：電子郵件，以及工商憑證或組織憑證。",
    may_change: "各項服務可能依主辦機關的政策調整、暫停或停止。",

    home_title: "會員首頁",
    services: "服務",
    services_hint: "標示綠色勾號的服務已經開通。其他服務，點一下名稱可以看如何申請。",
    opened: "已開通",
    how_to_apply: "如何申請：",
    how_online: "完成金質會員認證後就會開通，再從這裡登入使用。",
    how_counter: "完成金質會員認證後就會開通，再持證件到服務窗口辦理。",
    to_gold: "金質會員認證",
    renew: "更換自然人憑證",
    card_until: "目前的憑證有效至",
    desk: "承辦案件",
    own_account: "帳號管理：登入紀錄、變更密碼、資料複製本、停止使用、刪除",
};

const ENGLISH: HomeTexts = HomeTexts {
    front_title: "One membership for the city's services",
    front_lead: "A mobile number or an e-mail address makes you a general member; your Citizen Digital Certificate makes you a gold member.",
    general_needs: "You need a mobile number or an e-mail address.",
    gold_needs: "You need a mobile number or an e-mail address, and a Citizen Digital Certificate. It includes what general members can use.",
    organisation_needs: "You need an e-mail address, and the certificate of a company or an organisation.",
    may_change: "The offices in charge may change, suspend or end their services.",

    home_title: "Your page",
    services: "Services",
    services_hint: "Services with a green tick are open to you. Press the name of another one to see how to apply.",
    opened: "open to you",
    how_to_apply: "How to apply:",
    how_online: "It opens when you are a gold member; then sign in and use it from here.",
    how_counter: "It opens when you are a gold member; then apply with your ID at the counter.",
    to_gold: "Become a gold member",
    renew: "Use a new card",
    card_until: "The present certificate is valid until",
    desk: "Cases",
    own_account: "Your account: sign-ins, password, copy, stopping, deleting",
};
