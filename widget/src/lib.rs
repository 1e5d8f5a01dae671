//! The card that a visitor sees.
