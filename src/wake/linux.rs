//! org.freedesktop.login1(5): `PrepareForSleep` comes a second time, with "false", after waking; a
//! session's property `Active` says whether its user is in front.

use std::collections::HashMap;
use std::io;
use std::thread;

use zbus::blocking::fdo::DBusProxy;
use zbus::blocking::{Connection, MessageIterator};
use zbus::zvariant::Value;
use zbus::{MatchRule, Message, message};

const LOGIND: &str = "org.freedesktop.login1";
const SESSIONS: &str = "/org/freedesktop/login1/session";
const SESSION: &str = "org.freedesktop.login1.Session";

pub(super) fn tell(woken: impl Fn() + Send + 'static) -> io::Result<()> {
    let listen = move || {
        let ended = listen(&woken);
        let error = ended.err().map(|error| error.to_string());
        tracing::info!(error, "nobody tells when this computer wakes");
    };
    thread::Builder::new().name("wake".into()).spawn(listen).map(drop)
}

/// Until the bus ends.
fn listen(woken: &dyn Fn()) -> zbus::Result<()> {
    let bus = Connection::system()?;
    let daemon = DBusProxy::new(&bus)?;
    let signal = || MatchRule::builder().msg_type(message::Type::Signal).sender(LOGIND);
    let sleep = signal()?.interface("org.freedesktop.login1.Manager")?.member("PrepareForSleep")?;
    daemon.add_match_rule(sleep.build())?;
    // Of whatever session: only those of this seat change, and looking costs little.
    let sessions = signal()?.interface("org.freedesktop.DBus.Properties")?;
    let sessions = sessions.member("PropertiesChanged")?.path_namespace(SESSIONS)?;
    daemon.add_match_rule(sessions.add_arg(SESSION)?.build())?;
    for message in MessageIterator::from(&bus) {
        if means_waking(&message?) {
            woken();
        }
    }
    Ok(())
}

fn means_waking(message: &Message) -> bool {
    let header = message.header();
    let body = message.body();
    match header.member().map(|member| member.as_str()) {
        Some("PrepareForSleep") => body.deserialize::<bool>().is_ok_and(|goes| !goes),
        Some("PropertiesChanged") => {
            type Changed<'a> = (String, HashMap<String, Value<'a>>, Vec<String>);
            let changed = body.deserialize::<Changed<'_>>();
            changed.is_ok_and(|(_, now, _)| now.get("Active") == Some(&Value::Bool(true)))
        }
        _ => false,
    }
}
