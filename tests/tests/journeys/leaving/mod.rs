//! People who go: what is handed out to them, what is erased, and what never comes back.

mod crash;
mod erasure;
mod export;
mod late;
mod life;
mod traces;
