//! Webhooks: which addresses may be called, what they are sent, and how it is signed.

pub(crate) mod address;
pub(crate) mod body;
pub(crate) mod deliver;
pub(crate) mod sign;
