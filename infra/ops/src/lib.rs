//! The one place that knows every service: composition root and the valine command line.

pub mod seed;
