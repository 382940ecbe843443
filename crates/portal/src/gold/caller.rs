//! A script of one of the portal's own pages, in the session of a member.

use std::sync::Arc;

use axum::{extract::FromRequestParts, http::request::Parts};

use super::{Refusal, form_token, refusal::RefusalIn};
use crate::{
    Portal,
    deed::Network,
    language::Language,
    session::{SessionId, SignedIn},
    store::Member,
};

pub(crate) struct Caller {
    pub(crate) member: Member,
    pub(crate) session: SessionId,
    pub(crate) is_fresh: bool,
    pub(crate) language: Language,
    pub(crate) network: Network,
}

impl FromRequestParts<Arc<Portal>> for Caller {
    type Rejection = RefusalIn;

    async fn from_request_parts(
        parts: &mut Parts,
        portal: &Arc<Portal>,
    ) -> Result<Self, Self::Rejection> {
        let Ok(language) = Language::from_request_parts(parts, portal).await;
        let Ok(network) = Network::from_request_parts(parts, portal).await;
        find(parts, portal, language, network)
            .await
            .map_err(|refusal| refusal.in_language(language))
    }
}

async fn find(
    parts: &Parts,
    portal: &Portal,
    language: Language,
    network: Network,
) -> Result<Caller, Refusal> {
    let signed_in = SignedIn::find(portal, &parts.headers).await?;
    let SignedIn { member, session, is_fresh } = signed_in.ok_or(Refusal::SignInNeeded)?;
    if !session.accepts(form_token(&parts.headers))? {
        return Err(Refusal::ForeignPage);
    }
    Ok(Caller { member, session, is_fresh, language, network })
}
