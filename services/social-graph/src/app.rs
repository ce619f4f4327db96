//! What a request of this service may reach.

use chassis::Database;

#[derive(Clone)]
pub(crate) struct App {
    pub(crate) database: Database,
}
