//! Every query. In those that show, `$1` is who asks (nullable) and `$2` whether it is a moderator, as `audience` wants it.

pub(crate) mod holdings;
pub(crate) mod media;
pub(crate) mod objects;
pub(crate) mod renditions;
pub(crate) mod sightings;
