//! Which message is which frame.

use std::io::{Read, Write};

use ankong_frame::{FrameError, read, write};
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::message::{Answer, Order, Prompt};

/// A part of the text to be signed; all parts come before the question they belong to.
const TEXT: u8 = b'T';
const ASK: u8 = b'P';
const WRONG_PIN: u8 = b'W';
const END: u8 = b'E';
const PANEL: u8 = b'L';
const PRESSED: u8 = b'p';
const COMING: u8 = b'c';
const VISIT: u8 = b'v';
const PAINTED: u8 = b'r';
const AGREED: u8 = b'a';
const DECLINED: u8 = b'd';
const TIMED_OUT: u8 = b't';

/// Longest text to be signed, bytes.
const MAX_TEXT: usize = 1 << 20;
/// Bytes of it in one frame; the last one may have fewer.
const PART: usize = 65_535;

/// Sends an order to the window.
///
/// # Errors
/// The pipe failed, or the order is too long for a frame.
pub fn write_order(pipe: &mut impl Write, order: &Order) -> Result<(), FrameError> {
    if let Order::Ask(prompt) = order
        && let Some(content) = &prompt.content
    {
        for part in content.text.as_bytes().chunks(PART) {
            write(pipe, TEXT, part)?;
        }
    }
    let (kind, json) = match order {
        Order::Ask(prompt) => (ASK, serde_json::to_vec(prompt)),
        Order::WrongPin(wrong) => (WRONG_PIN, serde_json::to_vec(wrong)),
        Order::Panel(panel) => (PANEL, serde_json::to_vec(panel)),
        Order::End(ending) => (END, serde_json::to_vec(ending)),
    };
    write(pipe, kind, &json.map_err(|_| FrameError::Payload(kind))?)
}

/// Waits for the next order from the resident program.
///
/// # Errors
/// The pipe failed or the frame is malformed.
pub fn read_order(pipe: &mut impl Read) -> Result<Order, FrameError> {
    let mut text = Vec::new();
    let (kind, payload) = loop {
        match read(pipe)? {
            (TEXT, part) if text.len() + part.len() <= MAX_TEXT => text.extend_from_slice(&part),
            (TEXT, part) => return Err(FrameError::TooLong(text.len() + part.len())),
            other => break other,
        }
    };
    match kind {
        ASK => question(&payload, text).map(Order::Ask),
        WRONG_PIN | PANEL | END if !text.is_empty() => Err(FrameError::Payload(TEXT)),
        WRONG_PIN => json(kind, &payload).map(Order::WrongPin),
        PANEL => json(kind, &payload).map(Order::Panel),
        END => json(kind, &payload).map(Order::End),
        other => Err(FrameError::Kind(other)),
    }
}

/// A question and the text that came before it: both or neither.
fn question(payload: &[u8], text: Vec<u8>) -> Result<Box<Prompt>, FrameError> {
    let mut prompt: Box<Prompt> = json(ASK, payload)?;
    match &mut prompt.content {
        Some(content) if !text.is_empty() => {
            content.text = String::from_utf8(text).map_err(|_| FrameError::Payload(TEXT))?;
        }
        None if text.is_empty() => {}
        Some(_) | None => return Err(FrameError::Payload(TEXT)),
    }
    Ok(prompt)
}

/// Sends an answer to the resident program.
///
/// # Errors
/// The pipe failed.
pub fn write_answer(pipe: &mut impl Write, answer: &Answer) -> Result<(), FrameError> {
    match answer {
        Answer::Coming => write(pipe, COMING, &[]),
        Answer::Visit => write(pipe, VISIT, &[]),
        Answer::Painted => write(pipe, PAINTED, &[]),
        Answer::Declined => write(pipe, DECLINED, &[]),
        Answer::TimedOut => write(pipe, TIMED_OUT, &[]),
        Answer::Pressed(pressed) => {
            let json = serde_json::to_vec(pressed).map_err(|_| FrameError::Payload(PRESSED))?;
            write(pipe, PRESSED, &json)
        }
        Answer::Agreed { card, pin, last_try_accepted } => {
            let mut payload = Zeroizing::new(Vec::with_capacity(2 + pin.len()));
            payload.extend_from_slice(&[u8::from(*last_try_accepted), *card]);
            payload.extend_from_slice(pin);
            write(pipe, AGREED, &payload)
        }
    }
}

/// Waits for the window's next answer.
///
/// # Errors
/// The pipe failed or the frame is malformed.
pub fn read_answer(pipe: &mut impl Read) -> Result<Answer, FrameError> {
    let (kind, payload) = read(pipe)?;
    match (kind, payload.split_first()) {
        (PRESSED, _) => json(kind, &payload).map(Answer::Pressed),
        (VISIT, None) => Ok(Answer::Visit),
        (COMING, None) => Ok(Answer::Coming),
        (PAINTED, None) => Ok(Answer::Painted),
        (DECLINED, None) => Ok(Answer::Declined),
        (TIMED_OUT, None) => Ok(Answer::TimedOut),
        (AGREED, Some((flag @ (0 | 1), [card, pin @ ..]))) => {
            let (pin, last_try_accepted) = (Zeroizing::new(pin.to_vec()), *flag == 1);
            Ok(Answer::Agreed { card: *card, pin, last_try_accepted })
        }
        (COMING | VISIT | PAINTED | DECLINED | TIMED_OUT | AGREED, _) => {
            Err(FrameError::Payload(kind))
        }
        (other, _) => Err(FrameError::Kind(other)),
    }
}

fn json<T: DeserializeOwned>(kind: u8, payload: &[u8]) -> Result<T, FrameError> {
    serde_json::from_slice(payload).map_err(|_| FrameError::Payload(kind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Card, Content, Ending, Labels};
    use crate::panel::{Panel, Pressed};

    #[test]
    fn an_agreement_travels_with_its_pin_as_bare_bytes() {
        let mut pipe = Vec::new();
        let pin = Zeroizing::new(b"A1b2C3".to_vec());
        write_answer(&mut pipe, &Answer::Agreed { card: 2, pin, last_try_accepted: true }).unwrap();
        assert_eq!(pipe, b"a\0\x08\x01\x02A1b2C3");
        let Answer::Agreed { card: 2, pin, last_try_accepted } =
            read_answer(&mut &pipe[..]).unwrap()
        else {
            panic!("another answer");
        };
        assert_eq!((pin.as_slice(), last_try_accepted), (&b"A1b2C3"[..], true));
    }

    #[test]
    fn an_order_comes_back_as_it_was_sent() {
        let ending = Ending {
            silent: false,
            message: "這張卡的 PIN 碼已鎖住。".into(),
            remedy: "請到內政部憑證管理中心網站解鎖。".into(),
            place: Some("開啟網站".into()),
            code: "pin-blocked".into(),
        };
        let mut pipe = Vec::new();
        write_order(&mut pipe, &Order::End(ending.clone())).unwrap();
        assert_eq!(read_order(&mut &pipe[..]).unwrap(), Order::End(ending));
    }

    fn prompt(text: Option<&str>) -> Order {
        let empty = String::new;
        Order::Ask(Box::new(Prompt {
            language: "zh-TW".into(),
            origin: "https://id.taipei".into(),
            purpose: "簽署同意書".into(),
            content: text.map(|text| Content {
                label: "簽署內容".into(),
                text: text.into(),
                is_text: true,
            }),
            gives: None,
            stranger: None,
            card: Card {
                holder: "王曉明".into(),
                valid_until: "2029-05-31".into(),
                tries_left: None,
                tries: empty(),
                pin: None,
                pin_label: empty(),
                working: empty(),
            },
            others: Vec::new(),
            seconds: 120,
            labels: Labels {
                title: empty(),
                asks: empty(),
                purpose: empty(),
                holder: empty(),
                valid_until: empty(),
                choose: empty(),
                other_card: empty(),
                last_try: empty(),
                confirm: empty(),
                decline: empty(),
                close: empty(),
                caps_lock: empty(),
                covered: empty(),
            },
        }))
    }

    #[test]
    fn a_text_to_be_signed_travels_whole_and_none_is_longer_than_a_mebibyte() {
        let sent = |text: &str| {
            let mut pipe = Vec::new();
            write_order(&mut pipe, &prompt(Some(text))).unwrap();
            read_order(&mut &pipe[..])
        };
        let whole = "同意書\n".repeat(MAX_TEXT / 10) + "abcdef"; // characters across the frames
        assert_eq!(whole.len(), MAX_TEXT);
        assert_eq!(sent(&whole).unwrap(), prompt(Some(&whole)));
        assert!(matches!(sent(&(whole + "g")), Err(FrameError::TooLong(_))));
    }

    #[test]
    fn a_text_without_a_question_for_it_and_a_question_without_its_text_are_refused() {
        let written = |order: &Order| {
            let mut pipe = Vec::new();
            write_order(&mut pipe, order).unwrap();
            pipe
        };
        let text = [TEXT, 0, 1, b'a'].to_vec();
        let ending = Order::End(Ending {
            silent: true,
            message: String::new(),
            remedy: String::new(),
            place: None,
            code: String::new(),
        });
        for pipe in [
            [text.clone(), written(&prompt(None))].concat(),
            [text.clone(), written(&ending)].concat(),
            written(&prompt(Some(""))),
            [vec![TEXT, 0, 1, 0xFF], written(&prompt(Some("a")))].concat(),
        ] {
            assert!(matches!(read_order(&mut &pipe[..]), Err(FrameError::Payload(TEXT))));
        }
    }

    #[test]
    fn the_panel_and_what_is_pressed_in_it_come_back_as_they_were_sent() {
        let panel = Panel { serial: 7, heading: "狀態".into(), ..Panel::default() };
        let (order, mut pipe) = (Order::Panel(Box::new(panel)), Vec::new());
        write_order(&mut pipe, &order).unwrap();
        assert_eq!(read_order(&mut &pipe[..]).unwrap(), order);
        let mut pipe = Vec::new();
        let pressed = Pressed { serial: 7, action: 3 };
        write_answer(&mut pipe, &Answer::Pressed(pressed)).unwrap();
        let read = read_answer(&mut &pipe[..]);
        assert!(matches!(read, Ok(Answer::Pressed(read)) if read == pressed));
    }

    #[test]
    fn orders_and_answers_do_not_pass_for_each_other() {
        assert!(matches!(read_order(&mut &b"a\0\x01\x00"[..]), Err(FrameError::Kind(b'a'))));
        assert!(matches!(read_answer(&mut &b"E\0\0"[..]), Err(FrameError::Kind(b'E'))));
        for agreed in [&b"a\0\0"[..], b"a\0\x01\x01", b"a\0\x02\x02\0"] {
            assert!(matches!(read_answer(&mut &agreed[..]), Err(FrameError::Payload(b'a'))));
        }
        assert!(matches!(read_answer(&mut &b"a\0\x09\x01"[..]), Err(FrameError::Pipe(_))));
    }
}
