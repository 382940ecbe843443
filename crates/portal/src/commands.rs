//! The operator's commands beside serving.

use std::{
    io::{self, Read, Write},
    path::Path,
};

use ankong_portal::{
    Clock, Config, Deed, LeftAsItWas, NewMember, Store, hash_password, plain_account,
};
use anyhow::{Context, Result, bail, ensure};
use serde_json::json;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use zeroize::Zeroizing;

use crate::ClerkCommand;

const NOT_AN_ACCOUNT: &str =
    "an account is an e-mail address or a mobile number that begins with 09";

/// Makes a member; the password comes on the standard input.
pub(crate) async fn seed(config: Config, email: &str, name: &str) -> Result<()> {
    let mut password = Zeroizing::new(String::new());
    io::stdin().read_to_string(&mut password).context("cannot read the password")?;
    let password = password.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        bail!("the password is empty; write it to the standard input");
    }
    let password_hash = hash_password(password)?;
    let email = plain_account(email).with_context(|| NOT_AN_ACCOUNT)?;
    let store = Store::open(&config.database, &config.data_key).await?;
    let member = NewMember { account: &email, name, password_hash: &password_hash };
    let id = store.add_member(member, Clock::system().now()).await?;
    store.close().await;
    println!("ankong-portal: made member {id}");
    Ok(())
}

/// Says who is a clerk.
pub(crate) async fn clerk(config: Config, command: ClerkCommand) -> Result<()> {
    let store = Store::open(&config.database, &config.data_key).await?;
    match command {
        ClerkCommand::Add { account } => {
            let account = plain_account(&account).unwrap_or(account);
            if !store.appoint_clerk(&account, Clock::system().now()).await? {
                bail!("no member has this account");
            }
            println!("ankong-portal: made a clerk");
        }
        ClerkCommand::Remove { account } => {
            let account = plain_account(&account).unwrap_or(account);
            if !store.dismiss_clerk(&account, Clock::system().now()).await? {
                bail!("no clerk has this account");
            }
            println!("ankong-portal: a clerk no more");
        }
        ClerkCommand::List => {
            for id in store.clerks().await? {
                if let Some(member) = store.member(id).await? {
                    println!("{id} {}", member.account);
                }
            }
        }
    }
    store.close().await;
    Ok(())
}

/// Copies the data base.
pub(crate) async fn back_up(config: Config, file: &Path) -> Result<()> {
    let copied = Store::back_up(&config.database, file).await;
    copied.with_context(|| format!("cannot copy the data base to {}", file.display()))?;
    println!("ankong-portal: copied the data base to {}; keep its keys apart", file.display());
    Ok(())
}

/// Seals everything anew under another key, and says what is to be done with both.
pub(crate) async fn rekey(config: Config, new_key: &Path) -> Result<()> {
    let new_key = std::path::absolute(new_key)?;
    let (keys, now) = ([config.data_key.as_path(), &new_key], Clock::system().now());
    let left = Store::rekey(&config.database, keys, now).await;
    for LeftAsItWas { column, row } in left.context("the key cannot be exchanged")? {
        eprintln!(
            "ankong-portal: {column} of number {row} was changed before, and stays as it was"
        );
    }
    println!("ankong-portal: everything is sealed under the key in {}", new_key.display());
    println!(
        "set data-key to it and start the portal; the key in {} is needed for",
        config.data_key.display()
    );
    println!("older backups only");
    Ok(())
}

/// Prints what happened. A row that does not follow the one before it is an error, after all are printed.
pub(crate) async fn audit(config: Config) -> Result<()> {
    let store = Store::open(&config.database, &config.data_key).await?;
    let (mut last, mut broken): (Option<Deed>, Vec<i64>) = (None, Vec::new());
    let mut out = io::stdout().lock();
    loop {
        let page = store.deeds_after(last.as_ref().map_or(0, |deed| deed.number)).await?;
        if page.is_empty() {
            break;
        }
        for deed in page {
            writeln!(out, "{}", line(&deed)?)?;
            if let Some(before) = &last
                && !store.follows(before, &deed)?
            {
                broken.push(deed.number);
            }
            last = Some(deed);
        }
    }
    store.close().await;
    ensure!(broken.is_empty(), "changed, or missing before it: number {broken:?}");
    Ok(())
}

fn line(deed: &Deed) -> Result<serde_json::Value> {
    let at = OffsetDateTime::from_unix_timestamp(deed.at)?.format(&Rfc3339)?;
    Ok(json!({
        "number": deed.number,
        "at": at,
        "what": deed.what,
        "member": deed.member,
        "detail": deed.detail,
        "network": deed.network,
    }))
}
