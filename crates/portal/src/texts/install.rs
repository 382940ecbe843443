//! How Ankong is installed, step by step, on each system.

/// One step, with a picture of our own window where there is one.
pub(crate) struct Step {
    pub(crate) text: &'static str,
    pub(crate) picture: Option<Picture>,
}

/// A picture among the static files.
pub(crate) struct Picture {
    pub(crate) file: &'static str,
    /// What it shows, for who does not see it.
    pub(crate) words: &'static str,
    /// In pixels of a page.
    pub(crate) width: u16,
    pub(crate) height: u16,
}

const fn text(text: &'static str) -> Step {
    Step { text, picture: None }
}

const fn panel(text: &'static str, file: &'static str, words: &'static str) -> Step {
    Step { text, picture: Some(Picture { file, words, width: 360, height: 430 }) }
}

const fn window(text: &'static str, words: &'static str) -> Step {
    let picture = Picture { file: "pin-window.png", words, width: 345, height: 345 };
    Step { text, picture: Some(picture) }
}

const fn setup(text: &'static str, file: &'static str, words: &'static str) -> Step {
    Step { text, picture: Some(Picture { file, words, width: 434, height: 354 }) }
}

const SETUP_WELCOME: &str = "windows-setup-welcome.png";
const SETUP_FINISH: &str = "windows-setup-finish.png";
const FIRST_RUN: &str = "first-run.png";
const STATUS: &str = "status.png";

const CARD_CHINESE: Step = panel(
    "接上讀卡機，插入自然人憑證，晶片朝讀卡機的方向。狀態視窗會顯示讀卡機與卡片已就緒。",
    STATUS,
    "安控的狀態視窗：讀卡機與卡片已就緒、憑證的有效期限、瀏覽器",
);
const PIN_CHINESE: Step = window(
    "之後網頁請您使用卡片時，會出現這個視窗。請先看清楚是哪個網站、為了什麼，再輸入 PIN 碼。",
    "安控的視窗：哪個網站想確認您的身分、用途、持卡人姓名、PIN 碼欄位，以及「拒絕」與「確認」",
);
const CARD_ENGLISH: Step = panel(
    "Plug in the reader and insert the card, chip first. The status window shows that reader and card are ready.",
    STATUS,
    "Ankong's status window: reader and card are ready, the certificate's last day, browsers",
);
const PIN_ENGLISH: Step = window(
    "When a page asks for the card, this window opens. Look which site asks and for what, then type the PIN.",
    "Ankong's window: which site asks, for what, the card holder's name, the PIN, and the buttons to decline and to confirm",
);
const FIRST_RUN_CHINESE: &str = "安控的設定視窗：讀卡機與卡片已就緒，下方有「上一步」與「下一步」";
const FIRST_RUN_ENGLISH: &str =
    "Ankong's first window: reader and card are ready, with buttons to go back and on";

pub(super) const WINDOWS_CHINESE: &[Step] = &[
    text("下載安裝檔，下載完成後點兩下開啟。"),
    setup(
        "按「下一步」，閱讀授權協議後按「我同意」，選擇只安裝給自己，再按「安裝」。",
        SETUP_WELCOME,
        "安裝精靈：歡迎使用安控，按鈕「下一步」與「取消」",
    ),
    setup(
        "安裝好之後，按「完成」。",
        SETUP_FINISH,
        "安裝精靈的最後一頁：執行安控已勾選，按鈕「完成」",
    ),
    panel(
        "安控啟動後會出現在螢幕右下角的通知區，並開啟視窗帶您完成設定。",
        FIRST_RUN,
        FIRST_RUN_CHINESE,
    ),
    text("視窗請您讓瀏覽器信任這台電腦的憑證時，請同意；Windows 會再問一次，請按「是」。"),
    CARD_CHINESE,
    PIN_CHINESE,
];
pub(super) const WINDOWS_ENGLISH: &[Step] = &[
    text("Download the installer and open it with a double click."),
    setup(
        "Press “Next”, read the licence and press “I Agree”, choose to install just for yourself, and press “Install”.",
        SETUP_WELCOME,
        "The installer, in Chinese: welcome to Ankong, with the buttons “Next” and “Cancel”",
    ),
    setup(
        "When it is done, press “Finish”.",
        SETUP_FINISH,
        "The installer's last page, in Chinese: running Ankong is ticked, with the button “Finish”",
    ),
    panel(
        "Ankong appears beside the clock at the lower right and opens a window that leads you through the rest.",
        FIRST_RUN,
        FIRST_RUN_ENGLISH,
    ),
    text(
        "Let browsers trust this computer's certificate there; Windows asks once more: say “Yes”.",
    ),
    CARD_ENGLISH,
    PIN_ENGLISH,
];

pub(super) const MACOS_CHINESE: &[Step] = &[
    text("下載安裝檔，下載完成後點兩下開啟。適用 macOS 11 以上，Apple 晶片與 Intel 皆可。"),
    text("依序按「繼續」，閱讀授權說明後按「同意」，再按「安裝」，輸入這台 Mac 的登入密碼。"),
    panel("安控會出現在螢幕上方的選單列，並開啟視窗帶您完成設定。", FIRST_RUN, FIRST_RUN_CHINESE),
    text("視窗請您讓瀏覽器信任這台電腦的憑證時，請同意；macOS 會再請您輸入一次登入密碼。"),
    CARD_CHINESE,
    PIN_CHINESE,
];
pub(super) const MACOS_ENGLISH: &[Step] = &[
    text(
        "Download the package and open it with a double click. macOS 11 or newer, on Apple silicon or Intel.",
    ),
    text(
        "Press “Continue”, read the licence and agree, press “Install”, and enter this Mac's login password.",
    ),
    panel(
        "Ankong appears in the menu bar and opens a window that leads you through the rest.",
        FIRST_RUN,
        FIRST_RUN_ENGLISH,
    ),
    text(
        "Let browsers trust this computer's certificate there; macOS asks for the password once more.",
    ),
    CARD_ENGLISH,
    PIN_ENGLISH,
];

pub(super) const LINUX_CHINESE: &[Step] = &[
    text(
        "下載套件，以「軟體安裝」開啟，或在終端機以 sudo apt install 加上檔案路徑安裝。適用 Debian 12。",
    ),
    text("重新登入，或從應用程式選單開啟「安控」。"),
    panel("安控會出現在系統匣，並開啟視窗帶您完成設定。", FIRST_RUN, FIRST_RUN_CHINESE),
    text("視窗請您讓瀏覽器信任這台電腦的憑證時，請同意，然後重新啟動瀏覽器。"),
    CARD_CHINESE,
    PIN_CHINESE,
];
pub(super) const LINUX_ENGLISH: &[Step] = &[
    text(
        "Download the package and open it with the software centre, or run sudo apt install with the path of the file. For Debian 12.",
    ),
    text("Log in again, or open “Ankong” from the menu of applications."),
    panel(
        "Ankong appears in the tray and opens a window that leads you through the rest.",
        FIRST_RUN,
        FIRST_RUN_ENGLISH,
    ),
    text("Let browsers trust this computer's certificate there, then start the browser again."),
    CARD_ENGLISH,
    PIN_ENGLISH,
];
