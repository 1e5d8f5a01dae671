//! Builds what is deployed: first what the browser loads, then the Worker that has it inside.

mod edge;
mod fingerprint;
mod glue;
mod output;
mod widget;

use anyhow::Result;

pub(crate) use output::brotli;
pub use widget::{FILES as WIDGET_FILES, PARTS, PLACEHOLDERS, RARE};

use crate::setup::{self, BuildTools};

/// Builds the widget and the Worker, each only when something it is made of has changed.
pub fn all() -> Result<BuildTools> {
    let tools = setup::build_tools()?;
    widget::build(&tools)?;
    edge::build(&tools)?;
    Ok(tools)
}
