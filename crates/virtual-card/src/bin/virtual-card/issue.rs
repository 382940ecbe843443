//! `virtual-card issue`: the clock and the file names of issuing.

use std::path::{Path, PathBuf};

use anyhow::Context;
use time::{Duration, OffsetDateTime};
use virtual_card::issue::{Authority, Ca, CardholderRequest, KeyKind, NationalId};
use virtual_card::{CardPin, Profile};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Directory of the test PKI; made when missing
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The cardholder's name
    #[arg(long)]
    name: String,
    /// The cardholder's national ID number 身分證字號
    #[arg(long, value_name = "NATIONAL-ID")]
    id: NationalId,
    /// The card's PIN, 6 to 8 characters
    #[arg(long, default_value = "123456")]
    pin: String,
    /// The kind of card: moica-gen1, moica-gen2, iso7816-15 or piv
    #[arg(long, default_value = "moica-gen1")]
    profile: Profile,
    /// The signature key: rsa2048, rsa3072, rsa4096, p256 or p384, as far as such cards hold it
    #[arg(long, default_value = "rsa2048")]
    key: KeyKind,
    /// The issuing authority: g2 (RSA-2048) or g3 (RSA-4096)
    #[arg(long, default_value = "g2")]
    ca: Ca,
    /// Issue certificates that ended yesterday
    #[arg(long)]
    expired: bool,
    /// Name of the card's file in DIR/cards; the card number if not given
    #[arg(long, value_name = "NAME")]
    file: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let now = OffsetDateTime::now_utc();
    let pin = CardPin::try_from(arguments.pin.as_str())?;
    let authority = if Authority::is_in(&arguments.out) {
        Authority::open(&arguments.out)?
    } else {
        Authority::create(&arguments.out, now)?
    };
    // An hour back, for clocks that disagree.
    let (not_before, not_after) = if arguments.expired {
        (now - VALIDITY, now - Duration::DAY)
    } else {
        (now - Duration::HOUR, now + VALIDITY)
    };
    let image = authority.issue(&CardholderRequest {
        name: arguments.name.clone(),
        national_id: arguments.id.clone(),
        pin,
        profile: arguments.profile,
        key: arguments.key,
        ca: arguments.ca,
        not_before,
        not_after,
    })?;
    let name = arguments.file.as_deref().unwrap_or(&image.card_number);
    let path = arguments.out.join("cards").join(file_name(name)?);
    image.save(&path).context("issue the card under another --file name")?;
    println!("card         {}", path.display());
    println!("root         {}", arguments.out.join("root.pem").display());
    println!("issuer keys  {}", arguments.out.join("issuer-keys.toml").display());
    Ok(())
}

/// `name` with the ending `.toml`, if it is a plain file name.
fn file_name(name: &str) -> anyhow::Result<String> {
    let plain = Path::new(name).file_name().is_some_and(|last| last == name);
    anyhow::ensure!(plain, "--file takes a name without folders, not {name:?}");
    Ok(format!("{}.toml", name.strip_suffix(".toml").unwrap_or(name)))
}

/// How long a card is good.
const VALIDITY: Duration = Duration::days(5 * 365);
