//! The pinned versions of every tool that is not a crate of the workspace, in one place.
//!
//! `wrangler` (and with it `workerd` and Miniflare), `esbuild`, `binaryen`, `axe-core` and `@iabtcf/cmpapi` are pinned in
//! `npm/package.json` and its lock file. `wasm-bindgen` must equal the library's version in the workspace's `Cargo.toml`, and be the version
//! that `worker-build` expects; `worker-build` must equal `worker`'s.

/// A command that `cargo install` builds.
pub struct CargoTool {
    /// The crate.
    pub package: &'static str,
    /// Its folder in the cache, before the version.
    pub name: &'static str,
    /// The exact version.
    pub version: &'static str,
    /// Whether to build it optimized. `worker-build` and `geckodriver` only start and pass on: the quick build serves.
    pub optimized: bool,
    /// What to tell whoever waits.
    pub takes: &'static str,
}

/// Writes the glue between a Wasm file and JavaScript.
pub const WASM_BINDGEN: CargoTool = CargoTool {
    package: "wasm-bindgen-cli",
    name: "wasm-bindgen",
    version: "0.2.129",
    optimized: true,
    takes: "about 4 min, once",
};

/// Builds the Worker.
pub const WORKER_BUILD: CargoTool = CargoTool {
    package: "worker-build",
    name: "worker-build",
    version: "0.8.7",
    optimized: false,
    takes: "about 3 min, once",
};

/// The oldest Node that the pinned wrangler runs on.
pub const NODE_OLDEST: (u32, u32) = (20, 3);

/// The Node from npm, for where the system's is too old.
pub const NODE_VERSION: &str = "24.21.0";

/// The target of the widget and of the Worker.
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Debian's packages for where `rustup` cannot give the Wasm target: a compiler, its standard library's sources, a linker.
pub const DEBIAN_RUST: [&str; 3] = ["rustc-web", "rust-web-src", "lld-19"];

/// Debian's compiler and linker out of [`DEBIAN_RUST`].
pub const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
/// See [`DEBIAN_RUSTC`].
pub const DEBIAN_WASM_LD: &str = "/usr/bin/wasm-ld-19";

/// Debian's packages for the tests in Chromium.
pub const DEBIAN_CHROMIUM: [&str; 2] = ["chromium", "chromium-driver"];

/// Debian's package for opening an export as a sheet.
pub const DEBIAN_OFFICE: [&str; 1] = ["libreoffice-calc-nogui"];

/// Debian's package for the tests in Firefox.
pub const DEBIAN_FIREFOX: [&str; 1] = ["firefox-esr"];

/// Debian's package for the test of a guide in PHP.
pub const DEBIAN_PHP: [&str; 1] = ["php-cli"];

/// Firefox's `WebDriver` server. npm's package of the name only downloads it from elsewhere.
pub const GECKODRIVER: CargoTool = CargoTool {
    package: "geckodriver",
    name: "geckodriver",
    version: "0.37.1",
    optimized: false,
    takes: "about 2 min, once",
};
