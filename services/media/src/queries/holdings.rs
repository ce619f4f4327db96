use crate::model::Format;
use crate::store::holdings::{self, HOLDINGS, Stored};
use ::store::exports;
use chassis::Result;
use chassis::export::{HeldFile, Holdings};
use diesel_async::AsyncPgConnection;
use events::AccountId;

/// All that is held about a person, and where their files are.
pub(crate) async fn holdings(conn: &AsyncPgConnection, owner: AccountId) -> Result<Holdings> {
    let mut rows = exports::rows(conn, owner.0, HOLDINGS).await?;
    rows.extend(exports::rows(conn, owner.0, audience::HOLDINGS).await?);
    let stored = holdings::stored(conn, owner).await?;
    Ok(Holdings {
        files: stored.into_iter().map(file).collect(),
        ..Holdings::of_rows(rows)
    })
}

/// Named by its id: the name that its owner gave stands in its row.
fn file(stored: Stored) -> HeldFile {
    let ending = Format::of(&stored.content_type).and_then(|format| format.extensions.first());
    let ending = ending.copied().unwrap_or("bin");
    let size = stored.size.unwrap_or_else(|| "original".to_owned());
    HeldFile {
        path: format!("{}/{size}.{ending}", stored.id),
        key: stored.key,
    }
}
