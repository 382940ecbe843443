//! By mail: hands a message to one SMTP server (RFC 5321, RFC 6409), a connection for each.

use std::fs;

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox,
        header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::{
        self,
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
        extension::ClientId,
    },
};
use openssl::rand::rand_bytes;

use super::{Letter, MailConfig, MailTls, SendingError, undelivered::Undelivered};
use crate::{post::is_local, secret_file};

/// RFC 3834 §5: nobody is to answer by a machine.
const AUTO_SUBMITTED: HeaderName = HeaderName::new_from_ascii_str("Auto-Submitted");
/// RFC 3282 §2.
const CONTENT_LANGUAGE: HeaderName = HeaderName::new_from_ascii_str("Content-Language");

/// A mail server and who the portal is to it.
pub(super) struct Mail {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mail {
    pub(super) fn open(config: &MailConfig, origin: &str) -> Result<Self, SendingError> {
        let from: Mailbox = config.from.parse().map_err(|_| SendingError::From)?;
        let server = &config.server;
        let (tls, port) = match config.tls {
            MailTls::Implicit => (Tls::Wrapper(tls(config)?), 465),
            MailTls::Starttls => (Tls::Required(tls(config)?), 587),
            MailTls::None if is_local(server) => (Tls::None, 25),
            MailTls::None => return Err(SendingError::Readable { server: server.clone() }),
        };
        // The deadline of a try is the queue's, over all of it.
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(server)
            .port(config.port.unwrap_or(port))
            .tls(tls)
            .hello_name(hello(origin))
            .timeout(None);
        builder = match (&config.user, &config.password) {
            (Some(user), Some(password)) => {
                let password = secret_file::read(password)?;
                builder.credentials(Credentials::new(user.clone(), password.to_string()))
            }
            (None, None) => builder,
            (Some(_), None) | (None, Some(_)) => return Err(SendingError::Credentials),
        };
        Ok(Self { transport: builder.build(), from })
    }

    pub(super) async fn deliver(&self, letter: &Letter) -> Result<(), Undelivered> {
        let to = letter.account.as_str().parse().map_err(|_| Undelivered::Address)?;
        let mail = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(letter.subject)
            .message_id(Some(self.message_id()?))
            .raw_header(HeaderValue::new(AUTO_SUBMITTED, "auto-generated".to_owned()))
            .raw_header(HeaderValue::new(CONTENT_LANGUAGE, letter.language.to_owned()))
            .header(ContentType::TEXT_PLAIN)
            .header(ContentTransferEncoding::Base64)
            .body(letter.text.clone())
            .map_err(|_| Undelivered::Address)?;
        self.transport.send(mail).await.map(|_| ()).map_err(|error| undelivered(&error))
    }

    /// RFC 5322 §3.6.4: told apart from all others, and in the sender's domain.
    fn message_id(&self) -> Result<String, Undelivered> {
        let mut bytes = [0; 16];
        rand_bytes(&mut bytes).map_err(|_| Undelivered::Randomness)?;
        Ok(format!("<{}@{}>", hex::encode(bytes), self.from.email.domain()))
    }
}

fn tls(config: &MailConfig) -> Result<TlsParameters, SendingError> {
    let mut builder = TlsParameters::builder(config.server.clone());
    if let Some(path) = &config.root {
        let root = |source| SendingError::Root { path: path.clone(), source };
        let pem = fs::read(path).map_err(root)?;
        let certificate = Certificate::from_pem(&pem);
        let certificate = certificate.map_err(|error| root(std::io::Error::other(error)))?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build().map_err(|_| SendingError::Server { server: config.server.clone() })
}

/// The portal's own name, as the server wants to hear it (RFC 5321 §4.1.1.1).
fn hello(origin: &str) -> ClientId {
    let host = origin.trim_start_matches("https://");
    let host = host.split(':').next().unwrap_or(host);
    ClientId::Domain(host.to_owned())
}

fn undelivered(error: &smtp::Error) -> Undelivered {
    match error.status() {
        Some(code) => Undelivered::Refused { status: code.into(), is_final: error.is_permanent() },
        None if error.is_timeout() => Undelivered::TimedOut,
        None if error.is_tls() => Undelivered::Tls,
        None if error.is_response() || error.is_client() => Undelivered::Protocol,
        None => Undelivered::Connection,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(text: &str) -> Result<Mail, SendingError> {
        Mail::open(&toml::from_str(text).unwrap(), "https://localhost:8443")
    }

    #[test]
    fn what_cannot_work_or_would_be_readable_on_the_way_is_told_at_the_start() {
        let from = "from = \"a@b.tw\"\n";
        assert!(opened(&format!("{from}server = \"mail.b.tw\"")).is_ok());
        for server in ["localhost", "127.0.0.1", "[::1]", "::1"] {
            assert!(opened(&format!("{from}server = \"{server}\"\ntls = \"none\"")).is_ok());
        }
        let refused = |text: &str| opened(text).err().map(|error| error.to_string()).unwrap();
        for (text, word) in [
            ("server = \"localhost\"\nfrom = \"nobody\"", "`from`"),
            (&format!("{from}server = \"mail.b.tw\"\ntls = \"none\""), "encrypted"),
            (&format!("{from}server = \"mail.b.tw\"\nuser = \"a\""), "belong together"),
            (&format!("{from}server = \"mail.b.tw\"\nroot = \"/nowhere\""), "/nowhere"),
            (
                &format!("{from}server = \"mail.b.tw\"\nuser = \"a\"\npassword = \"/nowhere\""),
                "password or key",
            ),
        ] {
            assert!(refused(text).contains(word), "{text}: {}", refused(text));
        }
    }

    #[test]
    fn a_slip_in_the_section_is_an_error() {
        let text = "server = \"localhost\"\nfrom = \"a@b.tw\"\ntsl = \"none\"";
        assert!(toml::from_str::<MailConfig>(text).unwrap_err().to_string().contains("tsl"));
    }
}
