//! The development mailbox: what would have been sent, shown on this machine only.

use axum::Router;
use axum::extract::{ConnectInfo, State};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use chassis::http::{Json, Query};
use chassis::{Database, Refusal};
use http::{HeaderMap, header};
use identity::mailbox::{self, Mail};
use serde::Deserialize;
use std::fmt::Write;
use std::net::{IpAddr, SocketAddr};

/// `GET /dev/mail?to=ADDRESS` as JSON, `GET /dev/mail` as a page. Nobody from another machine is answered, and no page of another
/// origin can read it, not even one that may ask the API.
pub fn router(identity: Database) -> Router {
    Router::new().route("/dev/mail", get(show)).with_state(identity)
}

#[derive(Deserialize)]
struct Wanted {
    to: Option<String>,
}

async fn show(
    State(identity): State<Database>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Query(Wanted { to }): Query<Wanted>,
) -> chassis::Result<Response> {
    if !is_asked_here(peer.ip(), &headers) {
        return Err(Refusal::nothing_here().into());
    }
    if to.as_deref().is_some_and(|to| to.contains('\0')) {
        return Err(Refusal::invalid("to", "An address holds no NUL characters").into());
    }
    let conn = identity.connection().await?;
    let mails = mailbox::list(&conn, to.as_deref()).await?;
    Ok(if to.is_some() {
        Json::of(mails).into_response()
    } else {
        page(&mails)
    })
}

/// A browser names the origin of a page that wants to read from another origin.
fn is_asked_here(peer: IpAddr, headers: &HeaderMap) -> bool {
    let is_of_another_page = headers.contains_key(header::ORIGIN);
    peer.is_loopback() && names_this_machine(headers) && !is_forwarded(headers) && !is_of_another_page
}

/// A page of another site that has its own name resolve to this machine cannot read the mail.
fn names_this_machine(headers: &HeaderMap) -> bool {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _port)| name);
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

/// What a proxy on this machine passes on comes from somewhere else, though its peer and often its host are ours.
fn is_forwarded(headers: &HeaderMap) -> bool {
    let marks = ["forwarded", "via", "x-real-ip"];
    headers
        .keys()
        .any(|name| marks.contains(&name.as_str()) || name.as_str().starts_with("x-forwarded-"))
}

fn page(mails: &[Mail]) -> Response {
    let mut list = String::new();
    for mail in mails {
        let text = linked(&mail.text, &mail.links);
        let _infallible = write!(
            list,
            "<article><h2>{}</h2><p class=meta>to {} · {}</p><pre>{text}</pre></article>",
            escaped(&mail.subject),
            escaped(&mail.to),
            mail.sent_at.format("%Y-%m-%d %H:%M:%S"),
        );
    }
    if mails.is_empty() {
        list.push_str("<p>No mail yet. Sign somebody up, and it comes here instead of to them.</p>");
    }
    let page = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>\
         <title>Development mailbox</title><style>{STYLE}</style><main><h1>Development mailbox</h1>{list}</main></html>"
    );
    let policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";
    (
        [
            (header::CONTENT_SECURITY_POLICY, policy),
            (header::CACHE_CONTROL, "no-store"),
        ],
        Html(page),
    )
        .into_response()
}

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;margin:0;background:#f6f5f2;color:#1d1c1a}\
main{max-width:44rem;margin:0 auto;padding:2rem 1rem}h1{font-size:1.4rem}h2{font-size:1.05rem;margin:0}\
article{background:#fff;border:1px solid #e2dfd8;border-radius:10px;padding:1rem 1.2rem;margin:1rem 0}\
.meta{color:#6b675f;margin:.2rem 0 .8rem}pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit;margin:0}\
@media(prefers-color-scheme:dark){body{background:#171614;color:#eceae5}article{background:#22211e;border-color:#35332f}\
.meta{color:#a19c92}a{color:#9ec1ff}}";

/// The text with its own links made clickable; everything else is text.
fn linked(text: &str, links: &[String]) -> String {
    links.iter().fold(escaped(text), |text, link| {
        let link = escaped(link);
        text.replace(&link, &format!("<a rel=noreferrer href=\"{link}\">{link}</a>"))
    })
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderName, HeaderValue};
    use std::net::Ipv4Addr;

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    fn headers(named: &[(HeaderName, &'static str)]) -> HeaderMap {
        let named = named.iter().cloned();
        named
            .map(|(name, value)| (name, HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn mail_is_shown_to_this_machine_by_its_own_name_alone() {
        for host in ["localhost", "127.0.0.1:8080", "[::1]:9000"] {
            assert!(is_asked_here(HERE, &headers(&[(header::HOST, host)])), "{host}");
        }
        let neighbour = IpAddr::from([192, 168, 0, 7]);
        assert!(!is_asked_here(
            neighbour,
            &headers(&[(header::HOST, "localhost:8080")])
        ));
        for host in [
            "joint.example",
            "localhost.joint.example:8080",
            "127.0.0.1.joint.example",
            "",
        ] {
            assert!(!is_asked_here(HERE, &headers(&[(header::HOST, host)])), "{host}");
        }
        assert!(!is_asked_here(HERE, &HeaderMap::new()));
        for (name, value) in [
            (header::FORWARDED, "for=192.168.0.7"),
            (header::VIA, "1.1 proxy"),
            (HeaderName::from_static("x-real-ip"), "192.168.0.7"),
            (HeaderName::from_static("x-forwarded-for"), "192.168.0.7"),
            (header::ORIGIN, "http://localhost:5173"),
        ] {
            let asked = headers(&[(header::HOST, "localhost:8080"), (name.clone(), value)]);
            assert!(!is_asked_here(HERE, &asked), "{name}");
        }
    }
}
