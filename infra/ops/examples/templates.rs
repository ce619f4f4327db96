//! Writes the templates of `infra/aws` that are made of the code anew; run by `make templates`.

use anyhow::Context;
use std::path::Path;

fn main() -> anyhow::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../aws");
    for (name, text) in ops::templates::made()? {
        let path = folder.join(name);
        std::fs::write(&path, text).with_context(|| path.display().to_string())?;
    }
    Ok(())
}
