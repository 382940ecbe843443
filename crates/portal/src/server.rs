//! HTTPS for the router: one port, TLS by OpenSSL, HTTP/1.1, with a deadline for every step.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use axum_server::{
    Handle,
    tls_openssl::{OpenSSLAcceptor, OpenSSLConfig},
};
use hyper_util::rt::TokioTimer;
use openssl::{
    error::ErrorStack,
    ssl::{AlpnError, SslAcceptor, SslFiletype, SslMethod, select_next_proto},
};

use crate::{Config, Portal, router};

/// A client has so long for its TLS handshake, and again for its headers.
const HASTE: Duration = Duration::from_secs(10);
/// Requests that are being answered get so long when the portal ends, and messages that are under way again.
const FAREWELL: Duration = Duration::from_secs(5);
/// The name of HTTP/1.1 in ALPN (RFC 7301 §6), with its length before it.
const HTTP_1_1: &[u8] = b"\x08http/1.1";

/// Why the portal does not serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The TLS certificate and its key cannot be used.
    #[error("the TLS certificate and its key cannot be used")]
    Tls(#[from] ErrorStack),
    /// The socket failed.
    #[error("the socket failed")]
    Socket(#[from] io::Error),
}

/// Serves until `end` comes, and then lets go of connections and data base.
///
/// # Errors
/// The TLS files are not usable or the socket failed.
pub async fn serve(
    listener: TcpListener,
    portal: Arc<Portal>,
    end: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let tls = OpenSSLConfig::from_acceptor(Arc::new(acceptor(&portal.config)?));
    listener.set_nonblocking(true)?;
    let handle = Handle::new();
    let ending = handle.clone();
    tokio::spawn(async move {
        end.await;
        ending.graceful_shutdown(Some(FAREWELL));
    });
    let mut server = axum_server::from_tcp(listener)?
        .acceptor(OpenSSLAcceptor::new(tls).handshake_timeout(HASTE))
        .http1_only()
        .handle(handle);
    server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(HASTE);
    server
        .serve(router(portal.clone()).into_make_service_with_connect_info::<SocketAddr>())
        .await?;
    portal.sending.finish(FAREWELL).await;
    portal.store().close().await;
    Ok(())
}

/// TLS as Mozilla's intermediate profile says, and no other protocol inside than is spoken here.
fn acceptor(config: &Config) -> Result<SslAcceptor, ErrorStack> {
    let mut builder = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server())?;
    builder.set_certificate_chain_file(&config.certificate)?;
    builder.set_private_key_file(&config.private_key, SslFiletype::PEM)?;
    builder.check_private_key()?;
    builder.set_alpn_select_callback(|_, offered| {
        select_next_proto(HTTP_1_1, offered).ok_or(AlpnError::ALERT_FATAL)
    });
    Ok(builder.build())
}
