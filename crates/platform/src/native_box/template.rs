//! A dialog as Windows wants it described: DLGTEMPLATE and DLGITEMTEMPLATE (Win32, winuser.h). Lengths
//! are dialog units: a quarter of a character's width, an eighth of its height.

use super::NativeBox;

/// What the controls are known by; the first two are Windows' own.
pub(super) const YES: u16 = 1;
pub(super) const NO: u16 = 2;
pub(super) const OTHER: u16 = 3;
pub(super) const FIELD: u16 = 4;
const LABEL: u16 = 0xFFFF;

/// Classes of controls, as a template names them.
const BUTTON: u16 = 0x0080;
const EDIT: u16 = 0x0081;
const STATIC: u16 = 0x0082;

const WS_CHILD: u32 = 0x4000_0000;
const WS_VISIBLE: u32 = 0x1000_0000;
const WS_POPUP: u32 = 0x8000_0000;
const WS_CAPTION: u32 = 0x00C0_0000;
const WS_SYSMENU: u32 = 0x0008_0000;
const WS_BORDER: u32 = 0x0080_0000;
const WS_TABSTOP: u32 = 0x0001_0000;
const WS_EX_TOPMOST: u32 = 0x0000_0008;
const DS_SETFONT: u32 = 0x40;
const DS_MODALFRAME: u32 = 0x80;
const DS_SETFOREGROUND: u32 = 0x200;
const DS_CENTER: u32 = 0x800;
const ES_PASSWORD: u32 = 0x20;
const ES_AUTOHSCROLL: u32 = 0x80;
const BS_DEFPUSHBUTTON: u32 = 0x01;
/// A text is shown as it is: `&` underlines nothing.
const SS_NOPREFIX: u32 = 0x80;

const MARGIN: i16 = 10;
const WIDTH: i16 = 270;
const LINE: i16 = 10;
/// Characters on a line, one of Chinese counted as two; fewer than fit, for no line may be cut off.
const COLUMNS: usize = 56;
const BUTTON_WIDTH: i16 = 74;
const BUTTON_HEIGHT: i16 = 16;
const POINTS: u16 = 10;

/// The words of a template; Windows wants it to begin at a multiple of four bytes.
pub(super) fn template(shown: &NativeBox<'_>) -> Vec<u32> {
    let mut items = Vec::new();
    let mut top = MARGIN;
    let text = match shown.alert {
        Some(alert) => format!("{alert}\n\n{}", shown.text),
        None => shown.text.to_owned(),
    };
    let paragraph = |text: &str, top: &mut i16, items: &mut Vec<Item>| {
        let text = &broken(text);
        let height = lines(text).saturating_mul(LINE);
        let place = (MARGIN, *top, WIDTH - 2 * MARGIN, height);
        let text = text.replace('\n', "\r\n");
        items.push(Item { id: LABEL, class: STATIC, style: SS_NOPREFIX, place, text });
        *top = top.saturating_add(height);
    };
    paragraph(&text, &mut top, &mut items);
    if let Some(label) = shown.field {
        top += LINE / 2;
        paragraph(label, &mut top, &mut items);
        let style = WS_BORDER | WS_TABSTOP | ES_PASSWORD | ES_AUTOHSCROLL;
        let place = (MARGIN, top + 1, WIDTH - 2 * MARGIN, 14);
        items.push(Item { id: FIELD, class: EDIT, style, place, text: String::new() });
        top += 15;
    }
    top += MARGIN;
    let buttons = [(YES, Some(shown.yes)), (OTHER, shown.other), (NO, shown.no)];
    let buttons: Vec<_> = buttons.iter().filter_map(|(id, text)| Some((*id, (*text)?))).collect();
    // In the order Tab goes, which is that of reading; the last one ends at the margin.
    let step = BUTTON_WIDTH + MARGIN / 2;
    let count = i16::try_from(buttons.len()).unwrap_or(0);
    let mut left = WIDTH - MARGIN + MARGIN / 2 - count * step;
    for (id, text) in buttons {
        let place = (left, top, BUTTON_WIDTH, BUTTON_HEIGHT);
        let style = WS_TABSTOP | if id == YES { BS_DEFPUSHBUTTON } else { 0 };
        // `&` would underline the character after it.
        items.push(Item { id, class: BUTTON, style, place, text: text.replace('&', "&&") });
        left += step;
    }
    encode(shown.title, top + BUTTON_HEIGHT + MARGIN, &items)
}

struct Item {
    id: u16,
    class: u16,
    style: u32,
    /// Left, top, width, height.
    place: (i16, i16, i16, i16),
    text: String,
}

fn encode(title: &str, height: i16, items: &[Item]) -> Vec<u32> {
    let mut words = Words::default();
    let modal = WS_POPUP | WS_CAPTION | WS_SYSMENU | WS_VISIBLE;
    words.long(modal | DS_SETFONT | DS_MODALFRAME | DS_SETFOREGROUND | DS_CENTER);
    words.long(WS_EX_TOPMOST);
    words.0.push(u16::try_from(items.len()).unwrap_or(0));
    words.place((0, 0, WIDTH, height));
    words.0.extend([0, 0]); // no menu, the usual class
    words.text(title);
    words.0.push(POINTS);
    words.text("MS Shell Dlg 2");
    for item in items {
        words.align();
        words.long(WS_CHILD | WS_VISIBLE | item.style);
        words.long(0);
        words.place(item.place);
        words.0.extend([item.id, 0xFFFF, item.class]);
        words.text(&item.text);
        words.0.push(0); // nothing for its creation
    }
    words.align();
    let pairs = words.0.chunks(2).map(|pair| match pair {
        [low, high] => u32::from(*low) | u32::from(*high) << 16,
        rest => rest.iter().copied().map(u32::from).sum(),
    });
    pairs.collect()
}

/// 16-bit words in the order of a little-endian machine.
#[derive(Default)]
struct Words(Vec<u16>);

impl Words {
    fn long(&mut self, value: u32) {
        let [a, b, c, d] = value.to_le_bytes();
        self.0.extend([u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d])]);
    }

    fn place(&mut self, (left, top, width, height): (i16, i16, i16, i16)) {
        self.0.extend([left, top, width, height].map(i16::cast_unsigned));
    }

    fn text(&mut self, text: &str) {
        self.0.extend(text.encode_utf16().filter(|unit| *unit != 0));
        self.0.push(0);
    }

    fn align(&mut self) {
        if !self.0.len().is_multiple_of(2) {
            self.0.push(0);
        }
    }
}

/// The text with every word cut into pieces that fit on a line: Windows breaks between words only, and what is
/// left of a longer one would not be seen.
fn broken(text: &str) -> String {
    let mut pieces = String::with_capacity(text.len());
    let mut columns = 0;
    for c in text.chars() {
        columns = if stands_alone(c) { 0 } else { columns + width(c) };
        if columns > COLUMNS {
            pieces.push('\n');
            columns = width(c);
        }
        pieces.push(c);
    }
    pieces
}

/// Lines that a text takes when it is broken to fit, between words as Windows does it.
fn lines(text: &str) -> i16 {
    let of_line = |line: &str| {
        let (mut lines, mut columns, mut word) = (1, 0, 0);
        for c in line.chars().chain([' ']) {
            word += width(c);
            if !stands_alone(c) {
                continue;
            }
            // A blank at the end of a line takes no room.
            let needed = word - if c.is_whitespace() { width(c) } else { 0 };
            if columns + needed > COLUMNS && columns > 0 {
                (lines, columns) = (lines + 1, 0);
            }
            (columns, word) = (columns + word, 0);
        }
        lines
    };
    i16::try_from(text.split('\n').map(of_line).sum::<usize>()).unwrap_or(i16::MAX)
}

/// Whether a line may be broken behind it: a blank, or a character of Chinese.
fn stands_alone(c: char) -> bool {
    c.is_whitespace() || c >= '\u{2E80}'
}

/// Columns of a character, too many rather than too few.
fn width(c: char) -> usize {
    let is_narrow = c.is_ascii() && !c.is_ascii_uppercase() && !matches!(c, 'm' | 'w' | '@' | '%');
    if is_narrow { 1 } else { 2 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown<'a>(text: &'a str, field: Option<&'a str>) -> NativeBox<'a> {
        NativeBox {
            title: "安控",
            alert: None,
            text,
            field,
            yes: "確認",
            other: None,
            no: Some("R&D"),
            seconds: 120,
        }
    }

    fn words(shown: &NativeBox<'_>) -> Vec<u16> {
        let halves = template(shown).into_iter().flat_map(|word| {
            let [a, b, c, d] = word.to_le_bytes();
            [u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d])]
        });
        halves.collect()
    }

    fn has(words: &[u16], text: &str) -> bool {
        let text: Vec<u16> = text.encode_utf16().chain([0]).collect();
        words.windows(text.len()).any(|part| part == text)
    }

    #[test]
    fn a_box_has_its_texts_and_a_field_whose_characters_cannot_be_read() {
        let plain = words(&shown("一\n二", None));
        assert_eq!(plain[4], 3, "a text and two buttons");
        assert!(has(&plain, "一\r\n二") && has(&plain, "確認") && has(&plain, "R&&D"));
        let asking = words(&shown("一", Some("PIN")));
        assert_eq!(asking[4], 5);
        let edit = asking.windows(3).position(|part| part == [FIELD, 0xFFFF, EDIT]).unwrap();
        assert_eq!(u32::from(asking[edit - 8]) & ES_PASSWORD, ES_PASSWORD);
    }

    #[test]
    fn a_word_longer_than_a_line_is_there_to_its_end() {
        let origin = format!("https://id.taipei.{}.example", "x".repeat(100));
        let shown = broken(&format!("網址 {origin}\n好"));
        assert_eq!(shown.replace('\n', ""), format!("網址 {origin}好"));
        assert!(shown.lines().all(|line| line.trim_start_matches("網址 ").len() <= COLUMNS));
        assert_eq!(broken("https://id.taipei 好"), "https://id.taipei 好");
        assert_eq!(broken(&"字".repeat(100)), "字".repeat(100));
    }

    #[test]
    fn a_text_has_room_for_every_line_it_is_broken_into() {
        assert_eq!(lines("一"), 1);
        assert_eq!(lines("一\n\n二"), 3);
        assert_eq!(lines(&"字".repeat(28)), 1);
        assert_eq!(lines(&"字".repeat(29)), 2);
        assert_eq!(lines(&broken(&"x".repeat(57))), 2);
        assert_eq!(lines(&broken(&"W".repeat(57))), 3);
        // Two words of 22 wide letters have no room beside each other.
        assert_eq!(lines(&["m".repeat(22).as_str(); 34].join(" ")), 34);
        assert_eq!(lines("one two\nthree"), 2);
    }
}
