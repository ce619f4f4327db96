//! One use case a file. Each runs in the transaction that claimed its event, and applies only what is newer.

mod forget_person;
mod forget_post;
mod index_person;
mod index_post;

pub(crate) use forget_person::forget_person;
pub(crate) use forget_post::forget_post;
pub(crate) use index_person::index_person;
pub(crate) use index_post::index_post;
