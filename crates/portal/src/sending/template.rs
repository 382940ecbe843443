//! Texts with places in them, for a gateway's header and body. Everything that is put in is written as the
//! format wants it, so that no message can be taken for more than one value.

use zeroize::Zeroizing;

use super::SmsFormat;
use crate::post::form_encoded;

/// What can stand in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Number,
    E164,
    Text,
    Secret,
}

const PLACES: [(&str, Place); 4] = [
    ("{number}", Place::Number),
    ("{e164}", Place::E164),
    ("{text}", Place::Text),
    ("{secret}", Place::Secret),
];

enum Part {
    Literal(String),
    Place(Place),
}

/// A text in parts. Braces around another word are braces: JSON has many.
pub(super) struct Template(Vec<Part>);

impl Template {
    pub(super) fn parse(text: &str) -> Self {
        let (mut parts, mut rest) = (Vec::new(), text);
        let next = |rest: &str| {
            let found = PLACES
                .iter()
                .filter_map(|(name, place)| rest.find(name).map(|at| (at, name.len(), *place)));
            found.min_by_key(|(at, ..)| *at)
        };
        while let Some((at, length, place)) = next(rest) {
            let (before, found) = rest.split_at(at);
            parts.extend([Part::Literal(before.to_owned()), Part::Place(place)]);
            rest = found.split_at(length).1;
        }
        parts.push(Part::Literal(rest.to_owned()));
        Self(parts)
    }

    pub(super) fn has(&self, wanted: Place) -> bool {
        self.0.iter().any(|part| matches!(part, Part::Place(place) if *place == wanted))
    }

    /// The text with a value in each place. Once over: a value that looks like a place is none.
    pub(super) fn fill<'v>(
        &self,
        value: impl Fn(Place) -> &'v str,
        write: impl Fn(&str) -> String,
    ) -> Zeroizing<String> {
        let mut filled = Zeroizing::new(String::new());
        for part in &self.0 {
            match part {
                Part::Literal(text) => filled.push_str(text),
                Part::Place(place) => filled.push_str(&Zeroizing::new(write(value(*place)))),
            }
        }
        filled
    }
}

impl SmsFormat {
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Form => "application/x-www-form-urlencoded",
        }
    }

    /// A value as it stands in a body: in JSON between the quotation marks of the template.
    pub(super) fn write(self, value: &str) -> String {
        match self {
            Self::Json => {
                let text = serde_json::Value::from(value).to_string();
                text.trim_start_matches('"').strip_suffix('"').unwrap_or_default().to_owned()
            }
            Self::Form => form_encoded(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stays_one_value_whatever_is_in_it() {
        let values = |place| match place {
            Place::Number => "0912345678",
            Place::E164 => "+886912345678",
            Place::Text => "\"{secret}\"&x=1\\",
            Place::Secret => "s",
        };
        let fill = |text: &str, format: SmsFormat| {
            Template::parse(text).fill(values, |value| format.write(value)).to_string()
        };
        let json = fill(r#"{"to":["{number}"],"text":"{text}","other":"{x}"}"#, SmsFormat::Json);
        let read: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(read["text"], "\"{secret}\"&x=1\\");
        assert_eq!((&read["to"][0], &read["other"]), (&"0912345678".into(), &"{x}".into()));
        assert_eq!(
            fill("k={secret}&to={e164}&m={text}", SmsFormat::Form),
            "k=s&to=%2B886912345678&m=%22%7Bsecret%7D%22%26x%3D1%5C"
        );
    }
}
