//! The shop's scripts, styles and drawings, embedded.

/// One embedded file.
pub(crate) struct File {
    path: &'static str,
    pub(crate) mime: &'static str,
    pub(crate) text: &'static str,
}

macro_rules! files {
    ($($mime:literal: [$($path:literal),* $(,)?]),* $(,)?) => {
        [$($(File { path: $path, mime: $mime, text: include_str!(concat!("../site", $path)) }),*),*]
    };
}

static FILES: [File; 24] = files! {
    "text/css; charset=utf-8": ["/shop.css", "/hostile.css"],
    "text/javascript; charset=utf-8": [
        "/shop.js", "/basket.js", "/cart.js", "/checkout.js", "/fields.js", "/hostile.js", "/help.js", "/main.js",
        "/money.js", "/orders.js", "/product.js", "/summary.js", "/thanks.js",
    ],
    "image/svg+xml": [
        "/art/hero.svg", "/art/mark.svg", "/art/empty.svg", "/art/hover.svg", "/art/thermal.svg",
        "/art/fencepost.svg", "/art/nightjar.svg", "/art/perch.svg", "/art/talon.svg",
    ],
};

/// The file at this path, if there is one.
pub(crate) fn find(path: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.path == path)
}
