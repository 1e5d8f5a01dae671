//! Exports as analysts open them.
