//! The services that a membership opens, as the city's help pages list them.

use crate::language::Language;

/// What one membership opens, in one language.
pub(crate) struct Services {
    /// Asked for on the web.
    pub(crate) online: &'static [&'static str],
    /// Asked for at a counter.
    pub(crate) counter: &'static [&'static str],
}

/// For every member.
pub(crate) fn general(language: Language) -> &'static Services {
    language.pick([&GENERAL_CHINESE, &GENERAL_ENGLISH])
}

/// For gold members, beside those for every member.
pub(crate) fn gold(language: Language) -> &'static Services {
    language.pick([&GOLD_CHINESE, &GOLD_ENGLISH])
}

const GENERAL_CHINESE: Services = Services {
    online: &[
        "臺北市政府機關學校求職徵才網",
        "地形圖數值圖檔供應系統",
        "單一陳情系統",
        "臺北智慧城市",
        "臺北地政雲",
        "臺北市民e點通（部分案件）",
        "臺北市政府資料開放平台",
        "臺北市政府電子地圖網",
        "社會住宅包租代管服務網",
        "臺北市政府智慧支付平台",
    ],
    counter: &["各場館優惠"],
};

const GENERAL_ENGLISH: Services = Services {
    online: &[
        "Jobs in the city's offices and schools",
        "Topographic maps",
        "Complaints",
        "Taipei Smart City",
        "Land office cloud",
        "Taipei Citizen e-Services (some of them)",
        "Open data",
        "Electronic maps",
        "Social housing",
        "Taipei Pay",
    ],
    counter: &["Discounts at the city's venues"],
};

const GOLD_CHINESE: Services = Services {
    online: &[
        "臺北e大",
        "臺北市民e點通",
        "臺北市租金補貼網",
        "臺北市公共住宅招租網",
        "原民服務（限臺北市市民）",
    ],
    counter: &[
        "健康服務",
        "愛心服務",
        "愛心陪伴服務",
        "數位學生證",
        "敬老服務",
        "圖書借閱服務",
        "原民服務",
        "兒童優惠服務",
    ],
};

const GOLD_ENGLISH: Services = Services {
    online: &[
        "Taipei e-Campus",
        "Taipei Citizen e-Services",
        "Rent subsidies",
        "Public housing",
        "Indigenous services (citizens of Taipei)",
    ],
    counter: &[
        "Health",
        "Care card",
        "Companion card",
        "Student card",
        "Senior card",
        "Library card",
        "Indigenous services",
        "Children's discounts",
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_list_the_same_services() {
        for of in [general, gold] {
            let [chinese, english] = [Language::Chinese, Language::English].map(of);
            assert_eq!(chinese.online.len(), english.online.len());
            assert_eq!(chinese.counter.len(), english.counter.len());
        }
    }
}
