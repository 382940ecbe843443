//! The words of the ways to gold.

use super::{Step, install};
use crate::{language::Language, ways::Platform};

/// All words of the ways in one language.
pub(crate) struct WaysTexts {
    pub(crate) choose_lead: &'static str,
    pub(crate) card: &'static str,
    pub(crate) card_how: &'static str,
    pub(crate) card_needs: &'static [&'static str],
    pub(crate) others: &'static [Way],
    pub(crate) needs: &'static str,
    pub(crate) choose: &'static str,
    pub(crate) closed: &'static str,
    pub(crate) closed_hint: &'static str,
    pub(crate) case: &'static str,
    pub(crate) case_open: &'static str,
    pub(crate) case_freed: &'static str,
    pub(crate) case_kept: &'static str,

    pub(crate) component_title: &'static str,
    pub(crate) component_lead: &'static str,
    pub(crate) system: &'static str,
    pub(crate) download: &'static str,
    pub(crate) no_download: &'static str,
    pub(crate) wait: &'static str,
    pub(crate) steps_title: &'static str,
    pub(crate) back: &'static str,

    pub(crate) renew_title: &'static str,
    pub(crate) renew_lead: &'static str,
    pub(crate) sign_in_title: &'static str,
    pub(crate) sign_in_lead: &'static str,
    pub(crate) sign_in_step: &'static str,
    pub(crate) with_password: &'static str,
}

/// A way that is not open.
pub(crate) struct Way {
    /// As in an address.
    pub(crate) tag: &'static str,
    pub(crate) name: &'static str,
    pub(crate) how: &'static str,
    pub(crate) needs: &'static [&'static str],
}

impl WaysTexts {
    pub(crate) fn of(language: Language) -> &'static Self {
        language.pick([&CHINESE, &ENGLISH])
    }
}

/// How Ankong is installed there.
pub(crate) fn steps(language: Language, platform: Platform) -> &'static [Step] {
    match platform {
        Platform::Windows => language.pick([install::WINDOWS_CHINESE, install::WINDOWS_ENGLISH]),
        Platform::Macos => language.pick([install::MACOS_CHINESE, install::MACOS_ENGLISH]),
        Platform::Linux => language.pick([install::LINUX_CHINESE, install::LINUX_ENGLISH]),
    }
}

const CHINESE: WaysTexts = WaysTexts {
    choose_lead: "請選擇一種方式驗證您的身分。完成後就是金質會員，姓名下方會顯示金色皇冠。",
    card: "自然人憑證",
    card_how: "在這台電腦上插入自然人憑證，由安控元件的視窗請您輸入 PIN 碼，幾分鐘就能完成。",
    card_needs: &[
        "有效的自然人憑證與它的 PIN 碼",
        "讀卡機",
        "安控元件（下一頁可以下載與安裝）",
        "與自然人憑證相同的會員姓名",
    ],
    others: &[
        Way {
            tag: "counter",
            name: "臨櫃作業",
            how: "到區公所或受理臺北卡各項服務的窗口，由服務人員核對證件後協助升級。",
            needs: &["國民身分證或居留證正本", "已註冊的一般會員帳號"],
        },
        Way {
            tag: "telecom",
            name: "電信驗證",
            how: "以您本人申辦的手機門號，經由行動裝置上的應用程式向電信公司驗證身分。",
            needs: &["本人名義申辦的手機門號，並使用該門號的行動網路", "國民身分證或居留證"],
        },
        Way {
            tag: "documents",
            name: "市民服務大平臺",
            how: "在市民服務大平臺填寫申請並上傳證明文件，由人工審核後通知結果。",
            needs: &["國民身分證或居留證的影像", "等候人工審核的時間"],
        },
    ],
    needs: "需要準備",
    choose: "使用自然人憑證",
    closed: "尚未開放",
    closed_hint: "標示「尚未開放」的方式，目前不能在本網站辦理。",
    case: "案件編號",
    case_open: "正在等候承辦人員處理。請攜帶身分證件洽臨櫃服務人員，並告知案件編號。",
    case_freed: "承辦人員已經釋出您的卡片，請再認證一次。",
    case_kept: "承辦人員決定維持原帳號的認證。若有疑問，請攜帶身分證件洽臨櫃服務人員。",

    component_title: "下載並安裝安控元件",
    component_lead: "安控元件讓網頁可以請您使用自然人憑證。PIN 碼只在它自己的視窗輸入，網頁看不到。已經安裝的話，直接看右下角的狀態。",
    system: "作業系統",
    download: "下載安控元件",
    no_download: "本網站沒有提供這個系統的安裝檔，請洽網站管理者。",
    wait: "右下角的安控元件顯示「運行中」後，就可以按「下一步」。狀態會自己更新，不必重新整理網頁。",
    steps_title: "安裝步驟",
    back: "返回",

    renew_title: "更換自然人憑證",
    renew_lead: "換發新卡或展期後，請以新的憑證再驗證一次。之後用新的卡片登入，舊的憑證不能再登入。",
    sign_in_title: "以自然人憑證登入",
    sign_in_lead: "金質會員可以用認證時的自然人憑證登入，不必輸入帳號和密碼。",
    sign_in_step: "按「登入」",
    with_password: "改用密碼登入",
};

const ENGLISH: WaysTexts = WaysTexts {
    choose_lead: "Please choose how to confirm who you are. You are a gold member afterwards, with a golden crown under your name.",
    card: "Citizen Digital Certificate",
    card_how: "Insert your card at this computer. Ankong asks for the PIN in a window of its own; it takes a few minutes.",
    card_needs: &[
        "a valid Citizen Digital Certificate and its PIN",
        "a card reader",
        "Ankong (the next page has it)",
        "the same name here as on the card",
    ],
    others: &[
        Way {
            tag: "counter",
            name: "At the counter",
            how: "At a district office, or at a counter for one of the card's services, somebody checks your papers and upgrades the account with you.",
            needs: &["your ID card or resident certificate", "an account as a general member"],
        },
        Way {
            tag: "telecom",
            name: "By your mobile number",
            how: "The telephone company confirms who you are, by a number in your own name and an app on your phone.",
            needs: &[
                "a mobile number in your own name, and its mobile network",
                "your ID card or resident certificate",
            ],
        },
        Way {
            tag: "documents",
            name: "Citizen service platform",
            how: "You apply on the city's citizen service platform and send your papers there; people look at them and tell you.",
            needs: &[
                "pictures of your ID card or resident certificate",
                "time until it has been looked at",
            ],
        },
    ],
    needs: "You need",
    choose: "Use the card",
    closed: "not open yet",
    closed_hint: "The ways marked “not open yet” cannot be used on this site now.",
    case: "Case",
    case_open: "A clerk has to decide. Please bring your ID to a service counter and tell this number.",
    case_freed: "The clerk has freed your card. Please show it once more.",
    case_kept: "The clerk decided that the other account stays gold. If you have questions, please bring your ID to a service counter.",

    component_title: "Download and install Ankong",
    component_lead: "Ankong lets a page ask for your card. The PIN is typed in its own window, where no page sees it. If it is installed already, look at its state at the lower right.",
    system: "System",
    download: "Download Ankong",
    no_download: "This site has no installer for this system. Please ask its operator.",
    wait: "When Ankong is “running” at the lower right, press “Next”. The state changes by itself; there is no need to reload the page.",
    steps_title: "Step by step",
    back: "Back",

    renew_title: "Use a new card",
    renew_lead: "After your card was issued anew or renewed, please confirm once with the new certificate. You sign in with it from then on, and no longer with the old one.",
    sign_in_title: "Sign in with the card",
    sign_in_lead: "Gold members sign in with the card that made them gold; no account and password are needed.",
    sign_in_step: "Press “Sign in”",
    with_password: "Sign in with the password",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_ways_and_steps() {
        let tags = |texts: &WaysTexts| texts.others.iter().map(|way| way.tag).collect::<Vec<_>>();
        assert_eq!(tags(&CHINESE), tags(&ENGLISH));
        for platform in Platform::ALL {
            let [chinese, english] =
                [Language::Chinese, Language::English].map(|language| steps(language, platform));
            let pictures = |steps: &[Step]| {
                steps.iter().map(|step| step.picture.as_ref().map(|p| p.file)).collect::<Vec<_>>()
            };
            assert_eq!(pictures(chinese), pictures(english), "{}", platform.name());
        }
    }
}
