//! The web app: the files that its build has made, and its one page for every address that is a page of it.
//!
//! Names of assets hold a hash of what is in them, so they are kept for a year; the page that names them is asked for
//! each time. An asset that is not there is not found, and never the page: the browser would take it for a script.

use crate::reference::reference;
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn, map_response_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chassis::Refusal;
use http::{HeaderValue, StatusCode, header};
use std::path::Path;
use tower::ServiceExt;
use tower_http::services::{ServeDir, ServeFile};
use url::Url;

pub(crate) const FOR_A_YEAR: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_EACH_TIME: HeaderValue = HeaderValue::from_static("no-cache");
const NEVER: HeaderValue = HeaderValue::from_static("no-store");

/// Longest segment of an address that is looked for among files. A system's own limit is 255 bytes with the ending of what was
/// compressed; beyond it nothing is looked for, and that is an error and not "not there".
const LONGEST_NAME: usize = 250;
/// The same of a whole path; a system's own limit is 4,096 bytes with the folder before it.
const LONGEST_PATH: usize = 2_000;

/// First segments that belong to others; what is not there below them is no page of the app.
const RESERVED: [&str; 7] = ["api", "assets", "dev", "docs", "health", "openapi.json", "ready"];

/// Serves the build in this folder, with `.br` and `.gz` beside a file where the build has put them.
///
/// With the API's reference at `/docs`, where the build has one.
///
/// `storage` is where uploads go to, and where pictures and recordings come from unless a `cdn` stands in front of it.
///
/// # Errors
/// When the folder holds no build, or the storage's address cannot stand in a header.
pub fn web_app(folder: &Path, storage: Option<&Url>, cdn: Option<&Url>) -> anyhow::Result<Router> {
    let page = folder.join("index.html");
    anyhow::ensure!(
        page.is_file(),
        "{} holds no build of the web app",
        folder.display()
    );
    let assets = Router::new()
        .fallback_service(pieces(&folder.join("assets")))
        .layer(map_response_with_state(FOR_A_YEAR, kept));
    let page = ServeFile::new(page).precompressed_br().precompressed_gzip();
    let files = pieces(folder).fallback(get(show_page).with_state(page));
    let rest = Router::new()
        .fallback_service(files)
        .layer(map_response_with_state(ASK_EACH_TIME, kept));
    let app = Router::new()
        .nest("/assets", assets)
        .fallback_service(rest)
        .layer(from_fn(named_as_files_are))
        .layer(map_response_with_state(policy(storage, cdn)?, guarded));
    Ok(match docs(&folder.join("docs"))? {
        Some(docs) => docs.fallback_service(app),
        None => app,
    })
}

/// The API's reference at `/docs` alone, from this folder; nothing where it holds none.
///
/// # Errors
/// When its page cannot be read.
pub(crate) fn docs(folder: &Path) -> anyhow::Result<Option<Router>> {
    let docs = |reference: Router| Router::new().nest("/docs", reference.layer(from_fn(named_as_files_are)));
    Ok(reference(folder)?.map(docs))
}

/// Files as they are, and as they were compressed when they were built.
pub(crate) fn pieces(folder: &Path) -> ServeDir {
    ServeDir::new(folder)
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip()
}

/// The app's page; the app itself says which of its pages that is, and that there is none.
async fn show_page(State(page): State<ServeFile>, request: Request) -> Response {
    let mut segments = request.uri().path().split('/').skip(1);
    let is_of_others = segments.next().is_some_and(|first| RESERVED.contains(&first));
    // No address of a page has a dot in its last part, and every file has.
    let is_file = request
        .uri()
        .path()
        .rsplit('/')
        .next()
        .is_some_and(|last| last.contains('.'));
    if is_of_others || is_file {
        return Refusal::nothing_here().into_response();
    }
    page.oneshot(request)
        .await
        .unwrap_or_else(|never| match never {})
        .into_response()
}

/// Nothing is at an address that no file and no page can have.
async fn named_as_files_are(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if path.len() > LONGEST_PATH || path.split('/').any(|segment| segment.len() > LONGEST_NAME) {
        return Refusal::nothing_here().into_response();
    }
    next.run(request).await
}

pub(crate) async fn kept(State(how_long): State<HeaderValue>, mut response: Response) -> Response {
    let is_there = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, if is_there { how_long } else { NEVER });
    response
}

async fn guarded(State(policy): State<HeaderValue>, mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

/// What pages of the app may load, and from where. No script and no style that stands in a page itself runs.
/// Recordings are also fetched, to draw how loud they are.
fn policy(storage: Option<&Url>, cdn: Option<&Url>) -> anyhow::Result<HeaderValue> {
    let origin = |url: &Url| format!(" {}", url.origin().ascii_serialization());
    let [storage, cdn] = [storage, cdn].map(|at| at.map_or_else(String::new, origin));
    let files = if cdn.is_empty() { &storage } else { &cdn };
    let policy = format!(
        "default-src 'self'; img-src 'self' data: blob:{files}; connect-src 'self'{storage}{cdn}; \
         media-src 'self' blob:{files}; object-src 'none'; frame-ancestors 'none'; script-src 'self'; \
         base-uri 'none'; form-action 'self'"
    );
    Ok(HeaderValue::try_from(policy)?)
}
