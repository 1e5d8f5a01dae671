//! The API, one file an endpoint or a resource.

pub(crate) mod audit;
pub(crate) mod counters;
pub(crate) mod debug;
pub(crate) mod erasures;
pub(crate) mod export;
pub(crate) mod exposures;
pub(crate) mod forget;
pub(crate) mod gpc;
pub(crate) mod health;
pub(crate) mod ingest;
pub(crate) mod links;
pub(crate) mod maintenance;
mod page;
pub(crate) mod period;
pub(crate) mod preview;
pub(crate) mod responses;
pub(crate) mod sites;
pub(crate) mod stats;
pub(crate) mod surveys;
pub(crate) mod tag;
pub(crate) mod tokens;
pub(crate) mod webhooks;
