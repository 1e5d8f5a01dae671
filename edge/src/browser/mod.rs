//! What a visitor's browser loads: scripts that any page may embed.

pub(crate) mod assets;
pub(crate) mod card;
pub(crate) mod loader;

pub(crate) mod widget {
    //! The built widget, put here by build.rs.

    /// A file as it is, and compressed if pages load it.
    pub(crate) struct File {
        pub(crate) name: &'static str,
        pub(crate) media_type: &'static str,
        pub(crate) raw: &'static [u8],
        pub(crate) brotli: Option<&'static [u8]>,
    }

    include!(concat!(env!("OUT_DIR"), "/widget.rs"));
}

use worker::{Headers, Result};

/// Any site's pages may load this, also pages that are isolated (COEP).
fn embeddable(headers: &Headers) -> Result<()> {
    headers.set("Access-Control-Allow-Origin", "*")?;
    headers.set("Cross-Origin-Resource-Policy", "cross-origin")?;
    headers.set("X-Content-Type-Options", "nosniff")
}
