//! What this service has, told as it was published.

use crate::model::Credit;
use crate::store::{credits, profiles};
use chassis::{Error, Result, SnapshotPage};
use diesel_async::AsyncPgConnection;
use events::{AccountId, Cause, Envelope, Event};
use std::collections::HashMap;

const PAGE: i64 = 200;

/// A page of everybody's cards.
///
/// A card and its credits are read one after the other. When they change in between, the event that tells so is still
/// to come to whoever turns these pages, and its version is newer.
pub(crate) async fn snapshot(conn: &AsyncPgConnection, from: Option<String>) -> Result<SnapshotPage> {
    let after: Option<AccountId> = from
        .map(|id| id.parse())
        .transpose()
        .map_err(|_error| Error::Failed(anyhow::anyhow!("a snapshot goes on at the id of an account")))?;
    let profiles = profiles::page(conn, after, PAGE).await?;
    let ids: Vec<AccountId> = profiles.iter().map(|profile| profile.id).collect();
    let mut credits: HashMap<AccountId, Vec<Credit>> = HashMap::new();
    for owned in credits::of_all(conn, &ids).await? {
        credits.entry(owned.account_id).or_default().push(owned.credit);
    }
    let is_full = i64::try_from(ids.len()).is_ok_and(|found| found == PAGE);
    let cause = Cause::system();
    let envelopes = profiles.iter().map(|profile| {
        let card = profile.card(credits.get(&profile.id).map(Vec::as_slice).unwrap_or_default());
        Envelope::new(profile.version, Event::ProfileChanged(card), &cause)
    });
    Ok(SnapshotPage {
        envelopes: envelopes.collect(),
        next: ids.last().filter(|_| is_full).map(ToString::to_string),
    })
}
