//! The resident program: it lets a web page ask the person at this computer to prove, with a smart
//! card, who they are. `docs/architecture.md` shows the rooms and which may know which.

pub mod app;
mod as_child;
pub mod autostart;
pub mod autostart_command;
pub mod cards;
pub mod cli;
pub mod config;
mod crashes;
pub mod diagnostics;
pub mod doctor;
pub mod endpoint;
mod hardening;
mod instance;
mod logging;
pub mod module;
pub mod origins;
mod outside;
pub mod paths;
mod private_file;
mod random;
pub mod reader;
pub mod record_card;
pub mod running;
pub mod selftest;
pub mod session;
pub mod settings;
pub mod sign;
pub mod signing;
pub mod start;
mod stop;
pub mod trust;
pub mod trust_command;
pub mod ui;
mod wake;
