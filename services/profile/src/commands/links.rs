use super::{open, publish};
use crate::model::{Link, LinkEdit, MAX_LINKS};
use crate::store::links;
use chassis::{Principal, Refusal, Result};
use diesel_async::AsyncPgConnection;
use events::{Cause, EntryId};

/// Adds a link.
pub(crate) async fn add_link(
    conn: &AsyncPgConnection,
    cause: &Cause,
    who: &Principal,
    said: LinkEdit,
) -> Result<Link> {
    let mut profile = open(conn, who).await?;
    if links::of(conn, who.account).await?.len() >= MAX_LINKS {
        let message = format!("A profile has at most {MAX_LINKS} links; remove one first");
        return Err(Refusal::conflict("TOO_MANY_LINKS", message).into());
    }
    let mut link = Link::blank(EntryId::new());
    link.edit(said);
    links::save(conn, who.account, &link).await?;
    publish(conn, cause, &mut profile).await?;
    Ok(link)
}

/// Changes one of the asker's links.
pub(crate) async fn change_link(
    conn: &AsyncPgConnection,
    cause: &Cause,
    who: &Principal,
    id: EntryId,
    said: LinkEdit,
) -> Result<Link> {
    let mut profile = open(conn, who).await?;
    let mine = links::of(conn, who.account).await?;
    let mut link = mine.into_iter().find(|it| it.id == id).ok_or_else(not_found)?;
    link.edit(said);
    links::save(conn, who.account, &link).await?;
    publish(conn, cause, &mut profile).await?;
    Ok(link)
}

/// Removes one of the asker's links.
pub(crate) async fn remove_link(
    conn: &AsyncPgConnection,
    cause: &Cause,
    who: &Principal,
    id: EntryId,
) -> Result<()> {
    let mut profile = open(conn, who).await?;
    if links::delete(conn, who.account, id).await? == 0 {
        return Err(not_found().into());
    }
    publish(conn, cause, &mut profile).await
}

fn not_found() -> Refusal {
    Refusal::not_found("LINK_NOT_FOUND", "You have no such link")
}
