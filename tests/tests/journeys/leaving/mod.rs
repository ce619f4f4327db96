//! People who go: what is handed out to them, what is erased, and what never comes back.

mod crash;
mod erasure;
pub(crate) mod export;
mod late;
pub(crate) mod life;
mod operating;
mod staff;
mod traces;

pub(crate) use erasure::{anew, leave, published, replay};
