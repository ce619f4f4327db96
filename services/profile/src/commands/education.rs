use super::{open, publish};
use crate::model::{MAX_SCHOOLS, School, SchoolEdit};
use crate::store::schools;
use chassis::{Principal, Refusal, Result};
use diesel_async::AsyncPgConnection;
use events::{Cause, EntryId};

/// Adds a school.
pub(crate) async fn add_school(
    conn: &AsyncPgConnection,
    cause: &Cause,
    who: &Principal,
    said: SchoolEdit,
) -> Result<School> {
    let mut profile = open(conn, who).await?;
    if schools::of(conn, who.account).await?.len() >= MAX_SCHOOLS {
        let message = format!("A profile has at most {MAX_SCHOOLS} schools; remove one first");
        return Err(Refusal::conflict("TOO_MANY_SCHOOLS", message).into());
    }
    let mut school = School::blank(EntryId::new());
    edit(&mut school, said)?;
    schools::save(conn, who.account, &school).await?;
    publish(conn, cause, &mut profile).await?;
    Ok(school)
}

/// Changes one of the asker's schools.
pub(crate) async fn change_school(
    conn: &AsyncPgConnection,
    cause: &Cause,
    who: &Principal,
    id: EntryId,
    said: SchoolEdit,
) -> Result<School> {
    let mut profile = open(conn, who).await?;
    let mine = schools::of(conn, who.account).await?;
    let mut school = mine.into_iter().find(|it| it.id == id).ok_or_else(not_found)?;
    edit(&mut school, said)?;
    schools::save(conn, who.account, &school).await?;
    publish(conn, cause, &mut profile).await?;
    Ok(school)
}

/// Removes one of the asker's schools.
pub(crate) async fn remove_school(
    conn: &AsyncPgConnection,
    cause: &Cause,
    who: &Principal,
    id: EntryId,
) -> Result<()> {
    let mut profile = open(conn, who).await?;
    if schools::delete(conn, who.account, id).await? == 0 {
        return Err(not_found().into());
    }
    publish(conn, cause, &mut profile).await
}

fn edit(school: &mut School, said: SchoolEdit) -> Result<(), Refusal> {
    school
        .edit(said)
        .map_err(|problem| Refusal::invalid("endYear", format!("End year {problem}")))
}

fn not_found() -> Refusal {
    Refusal::not_found("EDUCATION_NOT_FOUND", "You have no such school")
}
