//! Receipts and exports, as they are answered.

use crate::model::ReceiptToken;
use crate::store::archives::{self, Export, HOLDINGS};
use crate::store::departures;
use chassis::export::Holdings;
use chassis::storage::Bucket;
use chassis::{Error, Refusal, Result};
use chrono::{DateTime, SubsecRound, Utc};
use diesel_async::AsyncPgConnection;
use events::account::SERVICES;
use events::{AccountId, ErasureId, ExportId};
use serde::Serialize;
use std::time::Duration;
use store::exports;
use utoipa::ToSchema;

/// For how long the address of an archive works. Another is made whenever somebody looks.
const ADDRESS_LASTS: Duration = Duration::from_secs(900);

/// What became of an account that was deleted.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReceiptView {
    #[schema(value_type = String, format = Uuid)]
    id: ErasureId,
    /// `erasing`, until every service has confirmed; then `erased`.
    #[schema(value_type = String, example = "erasing")]
    status: &'static str,
    #[serde(serialize_with = "chassis::http::milliseconds")]
    requested_at: DateTime<Utc>,
    /// When the last service confirmed.
    #[schema(required)]
    #[serde(serialize_with = "chassis::http::milliseconds_if_any")]
    completed_at: Option<DateTime<Utc>>,
    /// Until when this can be read.
    #[serde(serialize_with = "chassis::http::milliseconds")]
    readable_until: DateTime<Utc>,
    services: Vec<ServiceView>,
}

/// A service, and its word.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ServiceView {
    #[schema(example = "content")]
    name: String,
    /// When it said that nothing is left with it.
    #[schema(required)]
    #[serde(serialize_with = "chassis::http::milliseconds_if_any")]
    confirmed_at: Option<DateTime<Utc>>,
}

/// The receipt of this secret.
///
/// # Errors
/// 404 `RECEIPT_NOT_FOUND` when there is none, or its thirty days are over.
pub(crate) async fn receipt(
    conn: &AsyncPgConnection,
    token: &ReceiptToken,
    now: DateTime<Utc>,
) -> Result<ReceiptView> {
    let receipt = departures::receipt(conn, &token.digest(), now).await?;
    let receipt = receipt.ok_or_else(|| {
        Refusal::not_found(
            "RECEIPT_NOT_FOUND",
            "There is no such receipt, or it can no longer be read",
        )
    })?;
    let confirmed = departures::confirmations(conn, receipt.id).await?;
    let services = SERVICES.iter().map(|name| ServiceView {
        name: (*name).to_owned(),
        confirmed_at: confirmed
            .iter()
            .find(|confirmation| confirmation.service == *name)
            .map(|confirmation| confirmation.confirmed_at),
    });
    Ok(ReceiptView {
        id: receipt.id,
        status: if receipt.completed_at.is_some() {
            "erased"
        } else {
            "erasing"
        },
        requested_at: receipt.requested_at,
        completed_at: receipt.completed_at,
        readable_until: receipt.readable_until,
        services: services.collect(),
    })
}

/// What was asked to be handed out.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExportView {
    #[schema(value_type = String, format = Uuid)]
    id: ExportId,
    /// `preparing`, `ready`, or `expired`.
    #[schema(value_type = String, example = "ready")]
    status: &'static str,
    /// Where the archive (a zip) can be fetched, for a quarter of an hour; null until it is ready.
    #[schema(
        required,
        example = "https://files.joint.example/exports/0197a2d0-5a10-7c3e-9a55-6f3f2f9e1a77/archive.zip"
    )]
    url: Option<String>,
    /// Bytes of the archive.
    #[schema(required)]
    size: Option<i64>,
    #[serde(serialize_with = "chassis::http::milliseconds")]
    requested_at: DateTime<Utc>,
    /// When the archive is deleted.
    #[schema(required)]
    #[serde(serialize_with = "chassis::http::milliseconds_if_any")]
    expires_at: Option<DateTime<Utc>>,
}

impl ExportView {
    /// An export as it stands. An address is signed here, without asking the storage.
    pub(crate) async fn of(bucket: &Bucket, export: Export, now: DateTime<Utc>) -> Result<Self> {
        let is_over = export.expires_at.is_some_and(|expires_at| expires_at <= now);
        let key = export.archive_key.filter(|_| !is_over);
        let url = match &key {
            Some(key) => {
                let served = ("application/zip", "attachment; filename=\"joint-export.zip\"");
                let signed = bucket
                    .read_url(key, served, (now.trunc_subsecs(0), ADDRESS_LASTS))
                    .await;
                Some(signed.map_err(Error::Failed)?)
            }
            None => None,
        };
        Ok(Self {
            id: export.id,
            status: match (&url, is_over) {
                (_, true) => "expired",
                (Some(_), _) => "ready",
                (None, _) => "preparing",
            },
            url,
            size: export.size,
            requested_at: export.requested_at,
            expires_at: export.expires_at,
        })
    }
}

/// An export of one's own.
///
/// # Errors
/// 404 `EXPORT_NOT_FOUND` when it is none of theirs, or is forgotten.
pub(crate) async fn export(conn: &AsyncPgConnection, who: AccountId, id: ExportId) -> Result<Export> {
    let export = archives::own(conn, who, id).await?;
    Ok(export.ok_or_else(|| Refusal::not_found("EXPORT_NOT_FOUND", "There is no such export"))?)
}

/// All that identity itself holds about a person and may hand out.
///
/// # Errors
/// When the database says so.
pub(crate) async fn holdings(conn: &AsyncPgConnection, account: AccountId) -> Result<Holdings> {
    Ok(Holdings::of_rows(exports::rows(conn, account.0, HOLDINGS).await?))
}
