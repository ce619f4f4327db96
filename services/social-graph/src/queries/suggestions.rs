use super::avatar_url;
use crate::store::suggestions as rows;
use crate::store::suggestions::Card;
use chassis::Result;
use chassis::http::{Cursor, Limit};
use diesel_async::AsyncPgConnection;
use events::AccountId;
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// Where the list goes on: how many connections the last one shown shares, and who it was.
pub(crate) type After = (i64, Uuid);

/// Somebody whom the asker may know.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SuggestionView {
    #[serde(flatten)]
    person: PersonView,
    /// How many connections the two share.
    shared_count: i64,
    /// Those whom they share; ten at most.
    shared: Vec<PersonView>,
}

/// A person, as far as a list shows them.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PersonView {
    id: AccountId,
    #[schema(example = "ada_byron")]
    username: String,
    #[schema(example = "Ada Byron")]
    display_name: String,
    /// The stable address of their picture, small.
    #[schema(
        required,
        example = "/api/media/0197a2d0-5a10-7c3e-9a55-6f3f2f9e1a77/content?size=thumb"
    )]
    avatar_url: Option<String>,
}

impl From<Card> for PersonView {
    fn from(card: Card) -> Self {
        Self {
            id: card.id,
            username: card.username,
            display_name: card.display_name,
            avatar_url: card.avatar_media_id.map(avatar_url),
        }
    }
}

/// People with whom the asker shares connections, those with the most first.
pub(crate) async fn suggestions(
    conn: &AsyncPgConnection,
    me: AccountId,
    (limit, after): (Limit, Option<After>),
) -> Result<(Vec<SuggestionView>, Option<String>)> {
    let found = rows::page(conn, me, after, limit.probe()).await?;
    let (found, next_cursor) = Cursor::cut(found, limit, |row| (row.shared, row.card.id.0));
    let mut ids: Vec<AccountId> = found.iter().flat_map(|row| row.through.iter().copied()).collect();
    ids.sort_unstable();
    ids.dedup();
    let cards = rows::cards(conn, &ids).await?;
    let cards: HashMap<_, _> = cards.into_iter().map(|card| (card.id, card)).collect();
    let view = |row: rows::Suggestion| SuggestionView {
        person: row.card.into(),
        shared_count: row.shared,
        shared: row
            .through
            .iter()
            .filter_map(|id| cards.get(id).cloned())
            .map(Into::into)
            .collect(),
    };
    Ok((found.into_iter().map(view).collect(), next_cursor))
}
