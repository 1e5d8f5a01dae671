//! The API, one file an endpoint or a resource.

pub(crate) mod export;
pub(crate) mod health;
pub(crate) mod ingest;
mod period;
pub(crate) mod responses;
pub(crate) mod sites;
pub(crate) mod stats;
pub(crate) mod surveys;
pub(crate) mod tokens;
