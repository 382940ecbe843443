//! The password again, from somebody who is signed in: a browser that was left open is not enough for
//! what follows.

use std::net::SocketAddr;

use axum::{Extension, extract::ConnectInfo};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::{
    PageError,
    sign_in::{Known, Refusal, check},
};
use crate::{Portal, deed::Network, session::SignedIn};

/// Who connects, where the server knows it.
pub(crate) type Peer = Option<Extension<ConnectInfo<SocketAddr>>>;

/// Where they are, as far as it is kept.
pub(crate) fn network(peer: &Peer) -> Network {
    Network::of(peer.as_ref().map(|Extension(ConnectInfo(peer))| peer.ip()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordForm {
    pub(crate) form_token: String,
    pub(crate) password: String,
}

/// The member, whose password it is.
pub(crate) async fn check_again(
    portal: &Portal,
    peer: Peer,
    signed_in: &SignedIn,
    form: PasswordForm,
) -> Result<Known, Refusal> {
    let password = Zeroizing::new(form.password);
    let is_ours = signed_in.session.accepts(&form.form_token).map_err(PageError::from);
    if !is_ours.map_err(Refusal::Failed)? {
        return Err(Refusal::Failed(PageError::ForeignForm));
    }
    let address = peer.map(|Extension(ConnectInfo(peer))| peer.ip());
    check(portal, &signed_in.member.account, password, address).await
}
