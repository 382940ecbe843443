//! "I am not a robot": a puzzle that costs a computer a moment (the proof of work of ALTCHA,
//! <https://altcha.org/docs/v2/proof-of-work/>), asked and judged here, without a third party.
//!
//! The page looks for the number whose SHA-256 behind the salt is the challenge. What it was asked
//! is signed under the visitor's cookie, so a solution is of use to that visitor only. That it is
//! used once is the data base's to know.

use base64::{Engine, prelude::BASE64_STANDARD};
use openssl::{
    error::ErrorStack, hash::MessageDigest, pkey::PKey, rand::rand_bytes, sha::sha256, sign::Signer,
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
    pub(crate) fn new(visitor: &SessionId, now: OffsetDateTime) -> Result<Self, ErrorStack> {
        let (mut salt, mut number) = ([0; 12], [0; 4]);
        rand_bytes(&mut salt)?;
        rand_bytes(&mut number)?;
        let expires = (now + LIFETIME).unix_timestamp();
        // The last & keeps the number from being read as a part of the time.
        let salt = format!("{}?expires={expires}&", hex::encode(salt));
        let challenge = digest(&salt, u32::from_be_bytes(number) % NUMBERS);
        let signature = signature(visitor, &challenge)?;
        Ok(Self { algorithm: ALGORITHM, challenge, maxnumber: NUMBERS, salt, signature })
    }
}

/// The challenge that was solved; none where it was not, or too late, or is somebody else's.
pub(super) fn solved(
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
        && same(&signature(visitor, &solution.challenge)?, &solution.signature);
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

fn signature(visitor: &SessionId, challenge: &str) -> Result<String, ErrorStack> {
    let key = PKey::hmac(visitor.expose().as_bytes())?;
    let mut signer = Signer::new(MessageDigest::sha256(), &key)?;
    signer.update(b"ankong portal puzzle 1\0")?;
    signer.update(challenge.as_bytes())?;
    Ok(hex::encode(signer.sign_to_vec()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

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
        let puzzle = Puzzle::new(&one, NOW).unwrap();
        let solution = encode(&solve(&puzzle));
        let judged = |visitor, now| solved(visitor, &solution, now).unwrap();
        assert_eq!(judged(&one, NOW), Some(puzzle.challenge.clone()));
        assert_eq!(judged(&other, NOW), None);
        assert_eq!(judged(&one, NOW + LIFETIME - Duration::SECOND), Some(puzzle.challenge));
        assert_eq!(judged(&one, NOW + LIFETIME), None);
    }

    #[test]
    fn whatever_is_changed_in_a_solution_makes_it_none() {
        let visitor = SessionId::new().unwrap();
        let puzzle = Puzzle::new(&visitor, NOW).unwrap();
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
            assert_eq!(solved(&visitor, &encode(&wrong), NOW).unwrap(), None, "{field}");
        }
        for text in ["", "{}", "e30=", &"A".repeat(MAX_SOLUTION + 4)] {
            assert_eq!(solved(&visitor, text, NOW).unwrap(), None, "{text}");
        }
    }
}
