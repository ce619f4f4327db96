//! The spine from a write to its effects, with a service of a few lines that stands for any.

mod delivery;
mod guard;
mod support;
