//! HTTP as every service meets it: what stands before a handler, what may come in, how lists go on.

mod allowance;
mod compress;
mod cross_site;
mod extract;
mod guard;
mod openapi;
mod page;
mod passing;
mod read;
mod times;
mod words;

pub use allowance::{Allowance, Quota};
pub use compress::compressed;
pub use cross_site::Origins;
pub use extract::{Json, Path, Query, RequestCause};
pub use guard::{Guard, REQUEST_ID_HEADER, guarded, render};
pub use openapi::{ErrorBody, Errors, IdempotencyKey, Message, Unchanged};
pub use page::{Cursor, Limit, Page};
pub use passing::Passing;
pub use read::Read;
pub use times::{milliseconds, milliseconds_if_any, wire_time};
