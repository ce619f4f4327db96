//! Uploads: presigned, confirmed by content, shown to those who may see them.
