use crate::app::App;
use crate::queries::{self, AfterSuggestion, SuggestionView};
use axum::extract::State;
use chassis::http::{Errors, Page, Query, Read, Unchanged};
use chassis::{Principal, Result};
use serde::Serialize;
use utoipa::ToSchema;

/// People whom the asker may know.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Suggestions {
    /// Those who share the most come first.
    suggestions: Vec<SuggestionView>,
    /// Leads to the next page; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "WzQyXQ")]
    next_cursor: Option<String>,
}

/// People with whom the asker shares connections, and who these are.
#[utoipa::path(get, path = "/social/suggestions", tag = "social", params(Page),
    responses((status = 200, body = Suggestions), Unchanged, Errors))]
pub(super) async fn suggestions(
    State(app): State<App>,
    who: Principal,
    Query(page): Query<Page>,
) -> Result<Read<Suggestions>> {
    let page = page.read::<AfterSuggestion>()?;
    let conn = app.database.connection().await?;
    let (suggestions, next_cursor) = queries::suggestions(&conn, who.account, page).await?;
    Ok(Read(Suggestions {
        suggestions,
        next_cursor,
    }))
}
