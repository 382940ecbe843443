//! An account, masked because others may look on.

/// Ankong shows at most 80 characters; a longer domain loses its beginning.
const MAX_DOMAIN: usize = 40;

/// An account as others may see it.
pub(crate) fn masked(account: &str) -> String {
    let Some((person, domain)) = account.rsplit_once('@') else {
        return masked_number(account);
    };
    let first: String = person.chars().take(1).collect();
    let excess = domain.chars().count().saturating_sub(MAX_DOMAIN);
    let end: String = domain.chars().skip(excess).collect();
    let cut = if excess > 0 { "…" } else { "" };
    format!("{first}***@{cut}{end}")
}

/// The first four and the last three of a mobile number.
fn masked_number(number: &str) -> String {
    let shown = |from, to| number.get(from..to).unwrap_or_default();
    format!("{}***{}", shown(0, 4), shown(number.len().saturating_sub(3), number.len()))
}
