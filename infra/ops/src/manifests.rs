//! What each service is, told without making any. Operators' functions know services by this alone, so that their program is small.

use chassis::Manifest;
use chassis::transport::Routes;

/// Every service.
pub const MANIFESTS: [Manifest; 7] = [
    identity::MANIFEST,
    profile::MANIFEST,
    content::MANIFEST,
    media::MANIFEST,
    social_graph::MANIFEST,
    search_indexer::MANIFEST,
    orchestrator::MANIFEST,
];

/// Those that have a queue.
pub fn consumers() -> impl Iterator<Item = &'static Manifest> {
    MANIFESTS.iter().filter(|manifest| !manifest.consumes.is_empty())
}

/// Which queue takes what.
#[must_use]
pub fn routes() -> Routes {
    Routes::new(consumers().map(|manifest| (manifest.name, manifest.subscriptions())))
}
