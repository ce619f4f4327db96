use super::{open, publish};
use crate::model::{Credit, CreditEdit, MAX_CREDITS, order_of};
use crate::store::credits;
use chassis::{Principal, Refusal, Result};
use diesel_async::AsyncPgConnection;
use events::{Cause, EntryId};

/// Adds a credit after the others.
pub(crate) async fn add_credit(
    conn: &AsyncPgConnection,
    cause: &Cause,
    who: &Principal,
    said: CreditEdit,
) -> Result<Credit> {
    let mut profile = open(conn, who).await?;
    let known = credits::of(conn, who.account).await?;
    if known.len() >= MAX_CREDITS {
        let message = format!("A profile has at most {MAX_CREDITS} credits; remove one first");
        return Err(Refusal::conflict("TOO_MANY_CREDITS", message).into());
    }
    let mut credit = Credit::blank(EntryId::new(), i32::try_from(known.len())?);
    credit.edit(said);
    credits::save(conn, who.account, &credit).await?;
    publish(conn, cause, &mut profile).await?;
    Ok(credit)
}

/// Changes one of the asker's credits.
pub(crate) async fn change_credit(
    conn: &AsyncPgConnection,
    cause: &Cause,
    who: &Principal,
    id: EntryId,
    said: CreditEdit,
) -> Result<Credit> {
    let mut profile = open(conn, who).await?;
    let mine = credits::of(conn, who.account).await?;
    let mut credit = mine.into_iter().find(|it| it.id == id).ok_or_else(not_found)?;
    credit.edit(said);
    credits::save(conn, who.account, &credit).await?;
    publish(conn, cause, &mut profile).await?;
    Ok(credit)
}

/// Removes one of the asker's credits; the others close up.
pub(crate) async fn remove_credit(
    conn: &AsyncPgConnection,
    cause: &Cause,
    who: &Principal,
    id: EntryId,
) -> Result<()> {
    let mut profile = open(conn, who).await?;
    if credits::delete(conn, who.account, id).await? == 0 {
        return Err(not_found().into());
    }
    let rest = credits::of(conn, who.account).await?;
    let order: Vec<_> = rest.iter().map(|credit| credit.id).collect();
    credits::put_in_order(conn, who.account, &order).await?;
    publish(conn, cause, &mut profile).await
}

/// Puts the asker's credits into an order; those that are not named follow in the order they had.
pub(crate) async fn order_credits(
    conn: &AsyncPgConnection,
    cause: &Cause,
    who: &Principal,
    asked: &[EntryId],
) -> Result<Vec<Credit>> {
    let mut profile = open(conn, who).await?;
    let mine = credits::of(conn, who.account).await?;
    let order = order_of(&mine, asked).ok_or_else(not_found)?;
    credits::put_in_order(conn, who.account, &order).await?;
    publish(conn, cause, &mut profile).await?;
    Ok(credits::of(conn, who.account).await?)
}

fn not_found() -> Refusal {
    Refusal::not_found("CREDIT_NOT_FOUND", "You have no such credit")
}
