//! The portal as a browser meets it, without the network: what it shows, what it refuses, and the
//! way to gold with a card made on the spot.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what the tests share stands outside of #[test] functions"
)]

mod asvs;
mod at_rest;
mod audit;
mod backup;
mod browser;
mod card;
mod clerk;
mod commands;
mod files;
mod forgotten;
mod gold;
mod id_check;
mod join;
mod killed;
mod log;
mod mail;
mod own_account;
mod pages;
mod probing;
mod proxies;
mod recaptcha;
mod rekey;
mod served;
mod sign_in;
mod site;
mod sms;
mod smtp;
mod stand_in;
mod start;
#[path = "../../../verify/tests/verify/support/mod.rs"]
mod support;
mod ways;
