//! What a person is told about each refusal: what is the matter, and what to do. The code stays the
//! same for ever; the sentences may change.

use axum::http::StatusCode;

/// One way of being refused, as it is told.
pub(crate) struct Told {
    pub(crate) code: &'static str,
    pub(crate) status: StatusCode,
    /// In Chinese and in English.
    pub(crate) sentence: [&'static str; 2],
}

pub(crate) const SIGN_IN_NEEDED: Told = Told {
    code: "sign-in-needed",
    status: StatusCode::UNAUTHORIZED,
    sentence: ["登入已逾時，請重新登入。", "You are no longer signed in. Please sign in again."],
};
pub(crate) const SIGN_IN_OLD: Told = Told {
    code: "sign-in-old",
    status: StatusCode::FORBIDDEN,
    sentence: [
        "距離上次輸入密碼已超過 5 分鐘，請重新整理頁面，再輸入一次密碼。",
        "Your password was entered more than 5 minutes ago. Please reload the page and enter it again.",
    ],
};
pub(crate) const FOREIGN_PAGE: Told = Told {
    code: "foreign-page",
    status: StatusCode::FORBIDDEN,
    sentence: [
        "這個要求不是從本網站的頁面送出的，請重新整理頁面後再試。",
        "This request did not come from a page of this site. Please reload the page and try again.",
    ],
};
pub(crate) const BAD_REQUEST: Told = Told {
    code: "bad-request",
    status: StatusCode::BAD_REQUEST,
    sentence: [
        "送出的資料不完整，請重新整理頁面後再試。",
        "What was sent is incomplete. Please reload the page and try again.",
    ],
};
pub(crate) const ID_SHAPE: Told = Told {
    code: "id-shape",
    status: StatusCode::UNPROCESSABLE_ENTITY,
    sentence: [
        "身分證字號的格式不正確，應為 1 個英文字母加 9 個數字；舊式統一證號為 2 個英文字母加 8 個數字。",
        "An ID number is one letter and nine digits; old resident numbers have two letters and eight digits. Please check it.",
    ],
};
pub(crate) const ID_CHECK_DIGIT: Told = Told {
    code: "id-check-digit",
    status: StatusCode::UNPROCESSABLE_ENTITY,
    sentence: [
        "身分證字號有誤，請檢查是否輸入錯誤。",
        "There is a slip in the ID number. Please check what you typed.",
    ],
};
pub(crate) const CHALLENGE_UNKNOWN: Told = Told {
    code: "challenge-unknown",
    status: StatusCode::CONFLICT,
    sentence: [
        "這次認證已失效，請重新按「下一步」。",
        "This attempt is no longer valid. Please press “Next” again.",
    ],
};
pub(crate) const CHALLENGE_EXPIRED: Told = Told {
    code: "challenge-expired",
    status: StatusCode::CONFLICT,
    sentence: [
        "超過 5 分鐘未完成認證，請重新按「下一步」。",
        "The five minutes for this attempt are over. Please press “Next” again.",
    ],
};
pub(crate) const CROWDED: Told = Told {
    code: "crowded",
    status: StatusCode::SERVICE_UNAVAILABLE,
    sentence: [
        "目前進行認證的人數較多，請過幾分鐘再試。",
        "Many people are doing this just now. Please try again in a few minutes.",
    ],
};
pub(crate) const TOKEN_UNREADABLE: Told = Told {
    code: "token-unreadable",
    status: StatusCode::UNPROCESSABLE_ENTITY,
    sentence: [
        "無法解讀安控元件的回覆，請更新安控元件後再試。",
        "The answer of Ankong cannot be read. Please update Ankong and try again.",
    ],
};
pub(crate) const CERTIFICATE_NOT_ACCEPTED: Told = Told {
    code: "certificate-not-accepted",
    status: StatusCode::UNPROCESSABLE_ENTITY,
    sentence: [
        "這張憑證不是本網站接受的自然人憑證，請改用內政部核發的自然人憑證。",
        "This site does not accept this certificate. Please use a Citizen Digital Certificate of the Ministry of the Interior.",
    ],
};
pub(crate) const CERTIFICATE_EXPIRED: Told = Told {
    code: "certificate-expired",
    status: StatusCode::UNPROCESSABLE_ENTITY,
    sentence: [
        "這張自然人憑證已經到期，請先辦理展期或換發新卡。",
        "The card's certificate has expired. Please have it renewed first.",
    ],
};
pub(crate) const CERTIFICATE_NOT_YET_VALID: Told = Told {
    code: "certificate-not-yet-valid",
    status: StatusCode::UNPROCESSABLE_ENTITY,
    sentence: [
        "這張自然人憑證尚未生效，請於生效日後再試。",
        "The card's certificate is not valid yet. Please try again when it is.",
    ],
};
pub(crate) const CERTIFICATE_REVOKED: Told = Told {
    code: "certificate-revoked",
    status: StatusCode::UNPROCESSABLE_ENTITY,
    sentence: [
        "這張自然人憑證已經廢止，不能再使用，請到戶政事務所重新申辦。",
        "The card's certificate was revoked for good. Please apply for a new card at a household registration office.",
    ],
};
pub(crate) const CERTIFICATE_SUSPENDED: Told = Told {
    code: "certificate-suspended",
    status: StatusCode::UNPROCESSABLE_ENTITY,
    sentence: [
        "這張自然人憑證目前停用中，請先到內政部憑證管理中心網站辦理復用，再重新認證。",
        "The card's certificate is suspended. Please have it resumed on the site of the Ministry's certification authority, then try again.",
    ],
};
pub(crate) const REVOCATION_UNKNOWN: Told = Told {
    code: "revocation-unknown",
    status: StatusCode::SERVICE_UNAVAILABLE,
    sentence: [
        "目前無法向發證機關確認憑證是否仍然有效，請稍後再試。您的卡片和資料都沒有問題。",
        "Whether the certificate is still in force cannot be found out just now. Please try again later; nothing is wrong with your card.",
    ],
};
pub(crate) const CERTIFICATE_NOT_FOR_SIGNING: Told = Told {
    code: "certificate-not-for-signing",
    status: StatusCode::UNPROCESSABLE_ENTITY,
    sentence: [
        "收到的不是簽章用的憑證，請更新安控元件後再試。",
        "The certificate is not the one for signing. Please update Ankong and try again.",
    ],
};
pub(crate) const SIGNATURE_MISMATCH: Told = Told {
    code: "signature-mismatch",
    status: StatusCode::UNPROCESSABLE_ENTITY,
    sentence: [
        "簽章與這次認證不符，請重新整理頁面後再試。",
        "The signature does not belong to this attempt. Please reload the page and try again.",
    ],
};
pub(crate) const NOT_A_PERSON: Told = Told {
    code: "not-a-person",
    status: StatusCode::UNPROCESSABLE_ENTITY,
    sentence: [
        "這張憑證不是核發給自然人的，請改用您本人的自然人憑證。",
        "The certificate was not issued to a natural person. Please use your own Citizen Digital Certificate.",
    ],
};
pub(crate) const NO_SUBJECT_TYPE: Told = Told {
    code: "no-subject-type",
    status: StatusCode::UNPROCESSABLE_ENTITY,
    sentence: [
        "這張憑證沒有註明是核發給自然人的，請洽臨櫃服務人員協助。",
        "The certificate does not say that it was issued to a natural person. Please ask at a service counter.",
    ],
};
pub(crate) const NO_LAST_FOUR: Told = Told {
    code: "no-last-four",
    status: StatusCode::UNPROCESSABLE_ENTITY,
    sentence: [
        "這張憑證沒有可供比對的身分證字號末四碼，請洽臨櫃服務人員協助。",
        "The certificate has no last four of the ID number to compare. Please ask at a service counter.",
    ],
};
pub(crate) const ID_MISMATCH: Told = Told {
    code: "id-mismatch",
    status: StatusCode::UNPROCESSABLE_ENTITY,
    sentence: [
        "憑證上的身分證字號末四碼與您輸入的不同，請確認輸入的是憑證持有人本人的身分證字號。",
        "The certificate's last four of the ID number differ from what you typed. Please enter the certificate holder's own number.",
    ],
};
pub(crate) const NAME_MISMATCH: Told = Told {
    code: "name-mismatch",
    status: StatusCode::UNPROCESSABLE_ENTITY,
    sentence: [
        "憑證上的姓名與會員姓名不同。請使用您本人的自然人憑證；若註冊的姓名有誤或曾經改名，請刪除帳號後，以憑證上的姓名重新註冊。",
        "The name in the certificate differs from the member's. Please use your own certificate; if the name you registered is wrong or has changed, delete the account and register again with the name on the card.",
    ],
};
pub(crate) const ID_DENIED: Told = Told {
    code: "id-denied",
    status: StatusCode::UNPROCESSABLE_ENTITY,
    sentence: [
        "查證結果，您輸入的身分證字號不屬於這張憑證的持有人。請檢查是否輸入錯誤；若輸入無誤，請攜帶身分證件洽臨櫃服務人員。",
        "The register says that this ID number is not the certificate holder's. Please check what you typed; if it is right, please bring your ID to a service counter.",
    ],
};
pub(crate) const ID_CHECK_UNAVAILABLE: Told = Told {
    code: "id-check-unavailable",
    status: StatusCode::SERVICE_UNAVAILABLE,
    sentence: [
        "目前無法查證身分證字號，請稍後再試。您的卡片和資料都沒有問題。",
        "The ID number cannot be checked just now. Please try again later; nothing is wrong with your card.",
    ],
};
pub(crate) const CARD_TAKEN: Told = Told {
    code: "card-taken",
    status: StatusCode::CONFLICT,
    sentence: [
        "這張憑證已經用來認證另一個會員帳號，一張憑證只能認證一個帳號。若那也是您的帳號，可以登入該帳號，或將它刪除後再認證；其他情形請攜帶身分證件洽臨櫃服務人員，承辦人員會為您處理。",
        "This certificate has made another account gold; it can do so for one account only. If that account is yours too, sign in to it, or delete it and try again; otherwise bring your ID to a service counter, where a clerk will decide.",
    ],
};
pub(crate) const ID_TAKEN: Told = Told {
    code: "id-taken",
    status: StatusCode::CONFLICT,
    sentence: [
        "這個身分證字號已經有金質會員帳號，一人只能有一個。若那也是您的帳號，請登入該帳號，以新的卡片更換憑證，或將它刪除後再認證；其他情形請攜帶身分證件洽臨櫃服務人員，承辦人員會為您處理。",
        "There is a gold account with this ID number already; a person has one. If it is yours too, sign in to it and give it the new card, or delete it and try again; otherwise bring your ID to a service counter, where a clerk will decide.",
    ],
};
pub(crate) const CARD_UNKNOWN: Told = Told {
    code: "card-unknown",
    status: StatusCode::FORBIDDEN,
    sentence: [
        "這張憑證還沒有認證過會員帳號，不能用來登入，請改用密碼登入。若您換發了自然人憑證，以密碼登入後，在會員首頁選擇「更換自然人憑證」。",
        "This certificate has made no account gold, so it cannot sign you in. Please sign in with your password. If your card was issued anew, choose “Use a new card” on your page afterwards.",
    ],
};
pub(crate) const ACCOUNT_STOPPED: Told = Told {
    code: "account-stopped",
    status: StatusCode::FORBIDDEN,
    sentence: [
        "這個帳號已停止使用。要恢復使用，請改以密碼登入，並勾選「恢復使用這個帳號」。",
        "This account is not in use. To use it again, please sign in with the password and tick “Use this account again”.",
    ],
};
pub(crate) const TOO_MANY_TRIES: Told = Told {
    code: "too-many-tries",
    status: StatusCode::TOO_MANY_REQUESTS,
    sentence: [
        "嘗試登入的次數過多，請稍後再試。",
        "There were too many tries to sign in. Please wait a while and try again.",
    ],
};
pub(crate) const NOT_GOLD: Told = Told {
    code: "not-gold",
    status: StatusCode::CONFLICT,
    sentence: [
        "您還不是金質會員，請先完成金質會員認證。",
        "You are not a gold member yet. Please become one first.",
    ],
};
pub(crate) const ID_DIFFERS: Told = Told {
    code: "id-differs",
    status: StatusCode::UNPROCESSABLE_ENTITY,
    sentence: [
        "這個身分證字號與您認證金質會員時輸入的不同，請檢查是否輸入錯誤；若當時輸入錯誤，請攜帶身分證件洽臨櫃服務人員。",
        "This ID number is not the one you became a gold member with. Please check it; if it was wrong then, please bring your ID to a service counter.",
    ],
};
pub(crate) const ALREADY_GOLD: Told = Told {
    code: "already-gold",
    status: StatusCode::CONFLICT,
    sentence: ["您已經是金質會員了。", "You are a gold member already."],
};
pub(crate) const INTERNAL: Told = Told {
    code: "internal",
    status: StatusCode::INTERNAL_SERVER_ERROR,
    sentence: [
        "網站暫時無法完成認證，請稍後再試。",
        "The site cannot finish this now. Please try again later.",
    ],
};

#[cfg(test)]
mod tests {
    #[test]
    fn every_code_stands_in_the_documents() {
        let documents = include_str!("../../../../docs/errors.md");
        let told = include_str!("told.rs").split("\n    code: \"").skip(1);
        let codes: Vec<&str> = told.filter_map(|rest| rest.split('"').next()).collect();
        assert!(codes.len() > 20, "{codes:?}");
        for code in codes {
            assert!(documents.contains(&format!("| `{code}` |")), "{code}");
        }
    }
}
