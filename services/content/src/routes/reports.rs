use crate::app::App;
use crate::commands::report_post::report_post;
use crate::model::{Reason, Remark};
use axum::extract::State;
use axum::http::StatusCode;
use chassis::http::{Errors, IdempotencyKey, Path, RequestCause};
use chassis::{Fields, Once, Principal, Refusal, Replayable, Result};
use chrono::{DateTime, Utc};
use events::content::{Report, ReportState};
use events::{PostId, ReportId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is wrong with a post.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewReport {
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = r"[^\s\x85]",
        example = "Advertising"
    )]
    reason: String,
    /// More words.
    #[schema(
        min_length = 1,
        max_length = 2000,
        pattern = r"[^\s\x85]",
        example = "The same text under every post."
    )]
    description: Option<String>,
}

impl NewReport {
    fn parse(self) -> Result<(Reason, Option<Remark>), Refusal> {
        let mut fields = Fields::default();
        let reason = fields.take("reason", Reason::parse_as("Reason", &self.reason));
        let given = self.description.filter(|text| !text.trim().is_empty());
        let description = fields.take_if("description", given, |text| {
            Remark::parse_as("Description", &text)
        });
        match reason {
            Some(reason) => fields.finish().map(|()| (reason, description)),
            None => Err(fields.refusal()),
        }
    }
}

/// A report that moderators will look at.
#[derive(Serialize, ToSchema)]
pub(super) struct Reported {
    #[schema(example = "Thank you; moderators will look at it")]
    message: &'static str,
    report: OwnReport,
}

/// A report, as whoever wrote it sees it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OwnReport {
    id: ReportId,
    post_id: PostId,
    #[schema(example = "Advertising")]
    reason: String,
    #[schema(required, example = "The same text under every post.")]
    description: Option<String>,
    state: ReportState,
    #[serde(serialize_with = "chassis::http::milliseconds")]
    created_at: DateTime<Utc>,
}

impl From<Report> for OwnReport {
    fn from(report: Report) -> Self {
        Self {
            id: report.report_id,
            post_id: report.post_id,
            reason: report.reason,
            description: report.description,
            state: report.state,
            created_at: report.created_at,
        }
    }
}

/// Tells the moderators about a post. Its author is not told who did.
#[utoipa::path(post, path = "/posts/{id}/report", tag = "content", request_body = NewReport,
    params(("id" = PostId, Path), IdempotencyKey),
    responses((status = 201, body = Reported), Errors))]
pub(super) async fn report(
    State(app): State<App>,
    RequestCause(cause): RequestCause,
    reporter: Principal,
    Path(post): Path<PostId>,
    once: Once<NewReport>,
) -> Result<Replayable> {
    once.write(&app.database, StatusCode::CREATED, async move |conn, ask| {
        let report = report_post(conn, &cause, &reporter, post, ask.parse()?).await?;
        Ok(Reported {
            message: "Thank you; moderators will look at it",
            report: report.into(),
        })
    })
    .await
}
