//! Writes `infra/aws/messaging.yaml` anew; run by `make templates`.

use anyhow::Context;
use std::path::Path;

fn main() -> anyhow::Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../aws/messaging.yaml");
    std::fs::write(&path, ops::messaging::template()?).with_context(|| path.display().to_string())
}
