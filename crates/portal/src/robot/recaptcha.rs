//! Google's reCAPTCHA (<https://developers.google.com/recaptcha/docs/verify>). What the page got from Google is
//! shown to Google again, with the secret key. Where Google does not answer, nobody passes.

use std::time::Duration;

use openssl::sha::sha256;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::{Away, RecaptchaConfig, RecaptchaError, RecaptchaVersion, RobotError};
use crate::{
    post::{Client, Post, form_encoded},
    secret_file,
};

/// A person waits for it.
const PATIENCE: Duration = Duration::from_secs(5);
/// Google's answers to the page have some 2 000 characters.
const MAX_ANSWER: usize = 8 * 1024;
/// What the page says that it is about (version 3).
const ACTION: &str = "code";

pub(crate) struct Recaptcha {
    client: Client,
    pub(crate) version: RecaptchaVersion,
    pub(crate) site_key: String,
    secret: Zeroizing<String>,
    minimum_score: f64,
    /// Of the portal: an answer got on another site's page is none.
    host: String,
}

/// What Google says; more than this is left aside.
#[derive(Deserialize)]
struct Verdict {
    success: bool,
    #[serde(default)]
    hostname: String,
    score: Option<f64>,
    #[serde(default)]
    action: String,
    #[serde(default, rename = "error-codes")]
    error_codes: Vec<String>,
}

impl Recaptcha {
    pub(super) fn open(config: &RecaptchaConfig, origin: &str) -> Result<Self, RecaptchaError> {
        let is_key = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        if config.site_key.is_empty() || !config.site_key.chars().all(is_key) {
            return Err(RecaptchaError::SiteKey);
        }
        if !(0.0..=1.0).contains(&config.minimum_score) {
            return Err(RecaptchaError::Score);
        }
        let host = origin.trim_start_matches("https://");
        Ok(Self {
            client: Client::open(&config.verify_url, PATIENCE).ok_or(RecaptchaError::Address)?,
            version: config.version,
            site_key: config.site_key.clone(),
            secret: secret_file::read(&config.secret)?,
            minimum_score: config.minimum_score,
            host: host.split(':').next().unwrap_or(host).to_owned(),
        })
    }

    /// What the answer is known by. The visitor's address is not told to Google: it has seen it already.
    pub(super) fn judge(&self, answer: &str) -> Result<String, RobotError> {
        if answer.is_empty() || answer.len() > MAX_ANSWER {
            return Err(RobotError::Failed);
        }
        let verdict = self.ask(answer).map_err(RobotError::Away)?;
        let is_ours = verdict.error_codes.iter().any(|code| code.ends_with("-input-secret"));
        if is_ours {
            return Err(RobotError::Away(Away::Secret));
        }
        if !self.believes(&verdict) {
            let Verdict { success, score, error_codes, .. } = verdict;
            tracing::info!(success, score, ?error_codes, "reCAPTCHA was not passed");
            return Err(RobotError::Failed);
        }
        Ok(format!("recaptcha {}", hex::encode(sha256(answer.as_bytes()))))
    }

    fn ask(&self, answer: &str) -> Result<Verdict, Away> {
        let secret = Zeroizing::new(form_encoded(&self.secret));
        let post = Post {
            content_type: "application/x-www-form-urlencoded",
            header: None,
            body: Zeroizing::new(format!(
                "secret={}&response={}",
                secret.as_str(),
                form_encoded(answer)
            )),
        };
        let got = self.client.post(post)?;
        let verdict = serde_json::from_slice(&got.body).ok().filter(|_| got.status.is_success());
        verdict.ok_or(Away::Unreadable { status: got.status.as_u16() })
    }

    fn believes(&self, verdict: &Verdict) -> bool {
        let is_person = match self.version {
            RecaptchaVersion::V2 => true,
            RecaptchaVersion::V3 => {
                verdict.action == ACTION
                    && verdict.score.is_some_and(|score| score >= self.minimum_score)
            }
        };
        verdict.success && verdict.hostname == self.host && is_person
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_work_is_told_at_the_start() {
        let opened = |key: &str, score: f64, url: &str| {
            let config = RecaptchaConfig {
                version: RecaptchaVersion::V3,
                site_key: key.into(),
                secret: "/nowhere".into(),
                minimum_score: score,
                verify_url: url.into(),
            };
            Recaptcha::open(&config, "https://localhost:8443").err().unwrap().to_string()
        };
        let google = "https://www.google.com/recaptcha/api/siteverify";
        assert!(opened("a\"b", 0.5, google).contains("site-key"));
        assert!(opened("", 0.5, google).contains("site-key"));
        for score in [-0.1, 1.1, f64::NAN] {
            assert!(opened("key", score, google).contains("minimum-score"));
        }
        assert!(opened("key", 0.5, "http://www.google.com/").contains("verify-url"));
        assert!(opened("key", 0.5, google).contains("secret"));
    }
}
