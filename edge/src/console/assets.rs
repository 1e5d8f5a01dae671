//! `GET /console/assets/{hash}/{file}`: style sheet, script and icon, under the hash of what they hold.

use crate::problem::Problem;
use sha2::{Digest, Sha256};
use sondeo_survey::card::squeeze;
use std::sync::LazyLock;
use worker::Response;

static STYLES: LazyLock<String> = LazyLock::new(|| {
    squeeze(concat!(
        include_str!("assets/console.css"),
        include_str!("assets/parts.css"),
        include_str!("assets/reading.css"),
        include_str!("assets/editor.css")
    ))
});
const SCRIPT: &str = concat!(include_str!("assets/console.js"), include_str!("assets/editor.js"));
const PREVIEW_STYLES: &str = include_str!("assets/preview.css");
const PREVIEW_SCRIPT: &str = include_str!("assets/preview.js");
const ICON: &str = include_str!("assets/icon.svg");

/// Names what is here in addresses, so that browsers may keep it for good.
pub(super) static HASH: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    for file in [STYLES.as_str(), SCRIPT, ICON, PREVIEW_STYLES, PREVIEW_SCRIPT] {
        hash.update(file);
    }
    hex::encode(hash.finalize().split_at(8).0)
});

/// 1. The file — 404
pub(super) fn get(file: &str) -> Result<Response, Problem> {
    let (media_type, file) = match file {
        "console.css" => ("text/css; charset=utf-8", STYLES.as_str()),
        "console.js" => ("text/javascript; charset=utf-8", SCRIPT),
        "preview.css" => ("text/css; charset=utf-8", PREVIEW_STYLES),
        "preview.js" => ("text/javascript; charset=utf-8", PREVIEW_SCRIPT),
        "icon.svg" => ("image/svg+xml", ICON),
        _ => return Err(Problem::NotFound),
    };
    let reply = Response::from_bytes(file.as_bytes().to_vec())?;
    let headers = reply.headers();
    headers.set("Content-Type", media_type)?;
    headers.set("Cache-Control", "public, max-age=31536000, immutable")?;
    headers.set("X-Content-Type-Options", "nosniff")?;
    Ok(reply)
}

/// Where a file is.
pub(super) fn address(file: &str) -> String {
    format!("/console/assets/{}/{file}", *HASH)
}
