//! What the routes share.

use chassis::Database;

#[derive(Clone)]
pub(crate) struct App {
    pub(crate) database: Database,
}
