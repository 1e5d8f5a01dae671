//! What `cargo xtask` does, as a library: the end-to-end tests start the same collector as the demo.

pub mod bench;
pub mod build;
pub mod collector;
pub mod command;
pub mod demo;
pub mod deploy;
pub mod dist;
pub mod paths;
pub mod push;
pub mod seed;
pub mod setup;
pub mod size;
pub mod test;
pub mod token;
pub mod tools;
