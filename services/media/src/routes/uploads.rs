use crate::app::App;
use crate::commands::announce_upload::announce_upload;
use crate::commands::confirm_upload::confirm_upload;
use crate::model::{AltText, Announced, Described, FileName, Format, Pixels, UPLOAD_LASTS};
use crate::queries::MediaView;
use crate::store::media::Own;
use axum::extract::State;
use axum::http::StatusCode;
use chassis::http::{Errors, IdempotencyKey, Json, RequestCause};
use chassis::{Fields, Once, Principal, Refusal, Replayable, Result};
use chrono::{SubsecRound, Utc};
use events::MediaId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A file that is to come.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewUpload {
    /// Only its last part is kept.
    #[schema(max_length = 255, example = "demo-reel.mp3")]
    file_name: String,
    /// Its MIME type; the bytes must be of it.
    #[schema(example = "audio/mpeg")]
    file_type: String,
    /// Bytes; exactly as many must be sent.
    #[schema(minimum = 1)]
    file_size: i64,
}

impl NewUpload {
    fn parse(&self) -> Result<Announced, Refusal> {
        let mut fields = Fields::default();
        let name = fields.take("fileName", FileName::parse(&self.file_name));
        let format = fields.take("fileType", Format::parse(&self.file_type));
        let size = format.and_then(|format| fields.take("fileSize", format.parse_size(self.file_size)));
        match (name, format, size) {
            (Some(name), Some(format), Some(size)) => Ok(Announced { format, size, name }),
            _ => Err(fields.refusal()),
        }
    }
}

/// Where and how to send a file.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct UploadAnswer {
    /// Takes exactly the announced file, once.
    #[schema(example = "https://storage.example/joint/0197a2d0?X-Amz-Signature=…")]
    upload_url: String,
    media_id: MediaId,
    /// Seconds.
    #[schema(example = 900)]
    expires_in: u64,
    #[schema(example = "PUT")]
    method: &'static str,
    /// To be sent with the file as they are.
    headers: BTreeMap<&'static str, String>,
}

/// Announce a file, and learn where to send it
///
/// Send the bytes with `method` and `headers` to `uploadUrl`, then confirm. The URL takes this type, this number of
/// bytes, and one file only.
#[utoipa::path(post, path = "/media/upload", tag = "media", request_body = NewUpload,
    params(IdempotencyKey), responses((status = 200, body = UploadAnswer), Errors))]
pub(super) async fn upload(
    State(app): State<App>,
    principal: Principal,
    once: Once<NewUpload>,
) -> Result<Replayable> {
    let storage = app.storage.clone();
    let once = once.within(app.settings.uploading);
    once.write(&app.database, StatusCode::OK, async move |conn, ask| {
        let announced = ask.parse()?;
        let now = Utc::now().trunc_subsecs(3);
        let upload = announce_upload(conn, &storage, principal.account, &announced, now).await?;
        Ok(UploadAnswer {
            upload_url: upload.url,
            media_id: upload.id,
            expires_in: UPLOAD_LASTS.as_secs(),
            method: "PUT",
            headers: BTreeMap::from([
                ("Content-Type", announced.format.content_type.to_owned()),
                ("If-None-Match", "*".to_owned()),
            ]),
        })
    })
    .await
}

/// A file that was sent.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Confirmation {
    media_id: MediaId,
    /// Pixels of a video; pictures tell theirs by themselves.
    #[schema(minimum = 1, maximum = 32767)]
    width: Option<i64>,
    #[schema(minimum = 1, maximum = 32767)]
    height: Option<i64>,
    /// Seconds of a sound or video.
    #[schema(minimum = 0, maximum = 86400)]
    duration: Option<f64>,
    /// What it shows, for those who do not see or hear it. It can be changed later.
    #[schema(max_length = 1000, example = "A microphone in front of a window, at night.")]
    alt_text: Option<String>,
}

impl Confirmation {
    fn parse(&self) -> Result<Described, Refusal> {
        let mut fields = Fields::default();
        let pixels = match (self.width, self.height) {
            (Some(width), Some(height)) => {
                let pixels = Pixels::new(width, height);
                if pixels.is_none() {
                    // Which of the two is meant cannot be told when only their product is too large.
                    for field in ["width", "height"] {
                        fields.wrong(
                            field,
                            "Width and height must be 1 to 32,767 pixels, and 50 million together",
                        );
                    }
                }
                pixels
            }
            (None, None) => None,
            _ => {
                fields.wrong("width", "Width and height go together");
                None
            }
        };
        let duration = fields.take_if("duration", self.duration, Described::parse_duration);
        let alt_text = fields.take_if("altText", self.alt_text.as_deref(), AltText::parse);
        fields.finish()?;
        Ok(Described {
            pixels,
            duration,
            alt_text: alt_text.flatten(),
        })
    }
}

/// A file that can be used.
#[derive(Serialize, ToSchema)]
pub(super) struct Confirmed {
    #[schema(example = "The file was confirmed")]
    message: &'static str,
    media: MediaView,
}

/// Confirm a file that was sent
///
/// It is looked at. When it is what was announced, a picture is then cleaned, which takes a moment (`processing`), and
/// everything else is ready. Otherwise it is removed. Asked again, the answer is the same.
#[utoipa::path(post, path = "/media/confirm", tag = "media", request_body = Confirmation,
    responses((status = 200, body = Confirmed), Errors))]
pub(super) async fn confirm(
    State(app): State<App>,
    principal: Principal,
    RequestCause(cause): RequestCause,
    Json { value: ask, .. }: Json<Confirmation>,
) -> Result<Json<Confirmed>> {
    let described = ask.parse()?;
    let own = Own {
        owner: principal.account,
        id: ask.media_id,
    };
    let row = confirm_upload(&app, &cause, own, described, Utc::now()).await?;
    Ok(Json::of(Confirmed {
        message: match row.state.as_str() {
            "processing" => "The picture will be ready in a moment",
            "failed" => "The picture could not be read",
            _ => "The file is ready",
        },
        media: MediaView::new(row, Some(principal.account)),
    }))
}
