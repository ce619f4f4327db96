//! Uploads and downloads: bytes that go past the API, to addresses that it has signed.

use anyhow::{Context, Result};
use reqwest::header::{CONTENT_LENGTH, COOKIE, HOST, HeaderMap, HeaderName, HeaderValue, LOCATION};
use reqwest::{Method, StatusCode};
use serde_json::Value;

use super::rule::{Settling, Verdict, verdict};
use super::{Call, Client, Failure};
use crate::seed::meter::Meter;

impl Client {
    /// Puts `file` to an address that the API has signed, with the headers it named. True if the storage took it or
    /// has it already; false if it refuses this address for good, for instance because it has expired.
    pub(in crate::seed) async fn upload(
        &self,
        address: &str,
        headers: &HeaderMap,
        file: &[u8],
        meter: &Meter,
    ) -> Result<bool, Failure> {
        self.until_answered("PUT (upload)", meter, || async {
            let response = self
                .http
                .put(address)
                .headers(headers.clone())
                .body(file.to_vec())
                .send()
                .await?;
            let status = response.status();
            let (response_headers, _) = (response.headers().clone(), response.bytes().await?);
            // Written once is what the URL promises, so "precondition failed" is the echo of an earlier attempt.
            if status.is_success() || status == StatusCode::PRECONDITION_FAILED {
                return Ok(Ok(true));
            }
            let verdict = verdict(status, &response_headers, "", Settling::Nothing);
            if verdict == Verdict::Refused {
                return Ok(Ok(false));
            }
            let call = Call {
                method: Method::PUT,
                path: "(upload)".to_owned(),
                ..Call::default()
            };
            Ok(Err(self.miss(&call, status, &response_headers, "", "")))
        })
        .await
    }

    /// The bytes at `address`, following redirects, with the session for this server and for nobody else.
    pub(in crate::seed) async fn download(
        &self,
        address: &str,
        cookie: &str,
        meter: &Meter,
    ) -> Result<Vec<u8>, Failure> {
        let mut address = self.absolute(address);
        for _ in 0..5 {
            let own = address.starts_with(&format!("{}/", self.api));
            let target = address.clone();
            let answer = self
                .until_answered("GET (download)", meter, || async {
                    let mut request = self.http.get(&target);
                    if own {
                        request = request
                            .header(COOKIE, cookie)
                            .header("x-valine-operator", self.operator.clone());
                    }
                    let response = request.send().await?;
                    let (status, headers) = (response.status(), response.headers().clone());
                    let bytes = response.bytes().await?;
                    if status.is_success() || status.is_redirection() {
                        return Ok(Ok((headers, bytes)));
                    }
                    let path = if own {
                        target.trim_start_matches(&self.api).to_owned()
                    } else {
                        "(storage)".to_owned()
                    };
                    let call = Call {
                        path,
                        ..Call::default()
                    };
                    Ok(Err(self.miss(&call, status, &headers, "", "")))
                })
                .await?;
            let (headers, bytes) = answer;
            match headers.get(LOCATION).and_then(|location| location.to_str().ok()) {
                Some(location) => address = self.absolute(location),
                None => return Ok(bytes.to_vec()),
            }
        }
        Err(anyhow::anyhow!("a download is redirected in circles").into())
    }
}

/// The headers that the API wants sent along with an upload.
pub(in crate::seed) fn upload_headers(named: &Value) -> Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    for (name, value) in named.as_object().into_iter().flatten() {
        let name: HeaderName = name
            .parse()
            .with_context(|| format!("{name} is no name of a header"))?;
        // These two follow from the address and the body.
        if name == HOST || name == CONTENT_LENGTH {
            continue;
        }
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        headers.insert(
            name,
            HeaderValue::from_str(&text).context("an upload header cannot be sent")?,
        );
    }
    Ok(headers)
}
