//! Kestrel, the demo shop: a small coffee roaster on an origin of its own, with Sondeo's tag in every page.
//!
//! It is what a stranger sees first and what the end-to-end tests drive, so it behaves as a real shop does:
//! scripts and styles are files, so that a strict content security policy can be set; cart and orders stay in
//! the browser; and it works all the same when the collector is down.
//!
//! ```no_run
//! # async fn run() -> std::io::Result<()> {
//! let shop = sondeo_demo::serve(sondeo_demo::Config {
//!     addr: ([127, 0, 0, 1], 8788).into(),
//!     collector: "http://127.0.0.1:8787".into(),
//!     site: "kestrel".into(),
//!     csp: None,
//! })
//! .await?;
//! println!("shop {}", shop.origin());
//! shop.stop().await;
//! # Ok(())
//! # }
//! ```

mod definitions;
mod files;
mod goods;
mod pages;
mod server;

pub use definitions::{site_definition, surveys};
pub use server::{Config, Shop, serve};
