//! The reference portal: a member signs in and becomes a gold member with a 自然人憑證, which the
//! page asks for through Ankong.
//!
//! It shows what a web site has to do, and does no more: the card and the PIN are Ankong's, the
//! judgement of what comes back is `ankong-verify`'s. Refuses to know readers, cards and PINs.

mod account;
mod card_sign_in;
mod clerk;
mod clock;
mod config;
mod cookies;
mod deed;
mod forgotten;
mod gold;
mod headers;
mod id_check;
mod join;
mod key_file;
mod language;
mod national_id_mac;
mod notice;
mod own_account;
mod pages;
mod password;
mod password_hash;
mod password_rule;
mod portal;
mod post;
mod proxies;
mod robot;
mod router;
mod same_origin;
mod secret_file;
mod sending;
mod server;
mod services;
mod session;
mod static_files;
mod store;
mod texts;
mod throttle;
mod trust;
mod unseen;
mod vault;
mod ways;

pub use account::plain_account;
pub use clock::Clock;
pub use config::{Anchor, Config, ConfigError, Revocation};
pub use id_check::{IdCheckConfig, SimulatorError};
pub use join::{CodeDigits, NotCodeDigits};
pub use key_file::KeyFileError;
pub use password::{PasswordError, hash as hash_password};
pub use portal::{Portal, StartError};
pub use robot::{RecaptchaConfig, RecaptchaError, RecaptchaVersion};
pub use router::router;
pub use secret_file::SecretFileError;
pub use sending::{MailConfig, MailTls, SendingError, SmsConfig, SmsFormat};
pub use server::{ServeError, serve};
pub use store::{Deed, LeftAsItWas, Member, NewMember, Store, StoreError};
pub use trust::TrustError;
pub use vault::VaultError;
pub use ways::{DownloadError, DownloadsConfig};
