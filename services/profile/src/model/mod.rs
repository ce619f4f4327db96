//! What a profile may say, without a database in sight.

mod entries;
mod profile;
mod text;
mod vanity;

pub(crate) use entries::{
    Credit, CreditEdit, Link, LinkEdit, MAX_CREDITS, MAX_LINKS, MAX_SCHOOLS, School, SchoolEdit, Year,
    order_of,
};
pub(crate) use profile::{Edit, Profile, Theme};
pub(crate) use text::{Line, Prose, WebAddress, words};
pub(crate) use vanity::{VanityUrl, name_digest};
