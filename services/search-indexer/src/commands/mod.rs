//! One use case a file. Each runs in the transaction that claimed its event, and applies only what is newer.

mod apply;
pub(crate) mod erase_person;
mod forget_person;
mod forget_post;
mod index_person;
mod index_post;
mod keep_counts;
pub(crate) mod keep_file;
mod keep_reactions;
pub(crate) mod rebuild;

pub(crate) use apply::apply;
use forget_person::forget_person;
use forget_post::forget_post;
use index_person::index_person;
use index_post::index_post;
use keep_counts::keep_counts;
use keep_reactions::keep_reactions;
