//! One check a file, in the order in which the verifier asks them.

pub(crate) mod algorithm;
pub(crate) mod chain;
pub(crate) mod key_usage;
pub(crate) mod policy;
pub(crate) mod signature;
pub(crate) mod subject_type;
pub(crate) mod validity;
