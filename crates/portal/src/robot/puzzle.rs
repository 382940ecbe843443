//! "I am not a robot": a puzzle that costs a computer a moment (the proof of work of ALTCHA,
//! <https://altcha.org/docs/v2/proof-of-work/>), asked and judged here, without a third party.
//!
//! The page looks for the number whose SHA-256 behind the salt is the challenge. What it was asked, until
//! when, and which visitor, has an HMAC under a key of the portal's, so nobody asks themselves an easier
//! one. That it is used once is the data base's to know.

use base64::{Engine, prelude::BASE64_STANDARD};
use openssl::{
    error::ErrorStack,
    hash::MessageDigest,
    pkey::{PKey, Private},
    rand::rand_bytes,
    sha::sha256,
    sign::Signer,
};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::session::{SessionId, same};

const ALGORITHM: &str = "SHA-256";
/// The number lies below; on average half as many hashes are made.
const NUMBERS: u32 = 50_000;
/// A puzzle is good for so long.
pub(super) const LIFETIME: Duration = Duration::minutes(10);
/// A solution is some 300 bytes.
const MAX_SOLUTION: usize = 1024;

/// What the page has to solve.
#[derive(Serialize)]
pub(crate) struct Puzzle {
    algorithm: &'static str,
    challenge: String,
    maxnumber: u32,
    salt: String,
    signature: String,
}

/// What the page found, as base64 of JSON.
#[derive(Deserialize)]
struct Solution {
    algorithm: String,
    challenge: String,
    number: u32,
    salt: String,
    signature: String,
}

impl Puzzle {
    pub(super) fn new(
        key: &PKey<Private>,
        visitor: &SessionId,
        now: OffsetDateTime,
    ) -> Result<Self, ErrorStack> {
        let (mut salt, mut number) = ([0; 12], [0; 4]);
        rand_bytes(&mut salt)?;
        rand_bytes(&mut number)?;
        let expires = (now + LIFETIME).unix_timestamp();
        // The last & keeps the number from being read as a part of the time.
        let salt = format!("{}?expires={expires}&", hex::encode(salt));
        let challenge = digest(&salt, u32::from_be_bytes(number) % NUMBERS);
        let signature = signature(key, visitor, &salt, &challenge)?;
        Ok(Self { algorithm: ALGORITHM, challenge, maxnumber: NUMBERS, salt, signature })
    }
}

/// The challenge that was solved; none where it was not, or too late, or is somebody else's.
pub(super) fn solved(
    key: &PKey<Private>,
    visitor: &SessionId,
    solution: &str,
    now: OffsetDateTime,
) -> Result<Option<String>, ErrorStack> {
    let Some(solution) = read(solution) else {
        return Ok(None);
    };
    let expires = solution
        .salt
        .split_once("?expires=")
        .and_then(|(_, rest)| rest.strip_suffix('&')?.parse::<i64>().ok());
    let is_solved = solution.algorithm == ALGORITHM
        && solution.number < NUMBERS
        && expires.is_some_and(|expires| now.unix_timestamp() < expires)
        && same(&digest(&solution.salt, solution.number), &solution.challenge)
        && same(
            &signature(key, visitor, &solution.salt, &solution.challenge)?,
            &solution.signature,
        );
    Ok(is_solved.then_some(solution.challenge))
}

fn read(solution: &str) -> Option<Solution> {
    if solution.len() > MAX_SOLUTION {
        return None;
    }
    serde_json::from_slice(&BASE64_STANDARD.decode(solution).ok()?).ok()
}

fn digest(salt: &str, number: u32) -> String {
    hex::encode(sha256(format!("{salt}{number}").as_bytes()))
}

/// The visitor's hash has 32 bytes and a salt of ours no zero byte, so nothing moves from one to the next.
fn signature(
    key: &PKey<Private>,
    visitor: &SessionId,
    salt: &str,
    challenge: &str,
) -> Result<String, ErrorStack> {
    let text = [&visitor.hash(), salt.as_bytes(), b"\0", challenge.as_bytes()].concat();
    let mac = Signer::new(MessageDigest::sha256(), key)?.sign_oneshot_to_vec(&text)?;
    Ok(hex::encode(mac))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    fn key() -> PKey<Private> {
        PKey::hmac(&[7; 32]).unwrap()
    }

    fn solve(puzzle: &Puzzle) -> Value {
        let number = (0..NUMBERS).find(|n| digest(&puzzle.salt, *n) == puzzle.challenge).unwrap();
        let mut solution = serde_json::to_value(puzzle).unwrap();
        solution["number"] = json!(number);
        solution
    }

    fn encode(solution: &Value) -> String {
        BASE64_STANDARD.encode(solution.to_string())
    }

    #[test]
    fn a_solution_is_good_for_its_visitor_and_for_ten_minutes() {
        let [one, other] = [(); 2].map(|()| SessionId::new().unwrap());
        let puzzle = Puzzle::new(&key(), &one, NOW).unwrap();
        let solution = encode(&solve(&puzzle));
        let judged = |visitor, now| solved(&key(), visitor, &solution, now).unwrap();
        assert_eq!(judged(&one, NOW), Some(puzzle.challenge.clone()));
        assert_eq!(judged(&other, NOW), None);
        assert_eq!(judged(&one, NOW + LIFETIME - Duration::SECOND), Some(puzzle.challenge));
        assert_eq!(judged(&one, NOW + LIFETIME), None);
    }

    #[test]
    fn a_visitor_asks_themselves_no_easier_one() {
        let visitor = SessionId::new().unwrap();
        let theirs = PKey::hmac(visitor.expose().as_bytes()).unwrap();
        let easy = encode(&solve(&Puzzle::new(&theirs, &visitor, NOW).unwrap()));
        assert!(solved(&theirs, &visitor, &easy, NOW).unwrap().is_some());
        assert_eq!(solved(&key(), &visitor, &easy, NOW).unwrap(), None);
        // The time is theirs to change as little as the number.
        let mut longer = solve(&Puzzle::new(&key(), &visitor, NOW).unwrap());
        longer["salt"] = json!("x?expires=9999999999&");
        longer["challenge"] = json!(digest("x?expires=9999999999&", 0));
        longer["number"] = json!(0);
        assert_eq!(solved(&key(), &visitor, &encode(&longer), NOW).unwrap(), None);
    }

    #[test]
    fn whatever_is_changed_in_a_solution_makes_it_none() {
        let visitor = SessionId::new().unwrap();
        let puzzle = Puzzle::new(&key(), &visitor, NOW).unwrap();
        let right = solve(&puzzle);
        let later = puzzle.salt.replace("?expires=", "?expires=9");
        for (field, value) in [
            ("algorithm", json!("SHA-1")),
            ("challenge", json!(digest(&puzzle.salt, 0))),
            ("number", json!(NUMBERS)),
            ("number", json!(-1)),
            ("salt", json!(later)),
            ("signature", json!("00")),
        ] {
            let mut wrong = right.clone();
            wrong[field] = value;
            assert_eq!(solved(&key(), &visitor, &encode(&wrong), NOW).unwrap(), None, "{field}");
        }
        for text in ["", "{}", "e30=", &"A".repeat(MAX_SOLUTION + 4)] {
            assert_eq!(solved(&key(), &visitor, text, NOW).unwrap(), None, "{text}");
        }
    }
}
