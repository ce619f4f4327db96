//! Writes the JSON Schemas of the catalogue into `events/schemas`: `make schemas`.

use std::path::Path;

fn main() -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    std::fs::create_dir_all(&folder)?;
    events::schemas::files()
        .iter()
        .try_for_each(|(name, content)| std::fs::write(folder.join(name), content))
}
