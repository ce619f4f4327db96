//! Whether a request came through CloudFront, which presents a key that nobody else knows.
//!
//! Without it somebody could ask API Gateway itself, and say in `X-Forwarded-For` that they are anywhere.

use crate::config::PresentedKey;
use crate::moment::Moment;
use chassis::config::Reader;
use chassis::process::kept::{Version, value};
use http::{HeaderMap, HeaderName, HeaderValue};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Carries the key.
const HEADER: HeaderName = HeaderName::from_static("x-valine-origin");

/// The secret may have been changed since it was read, and is read again for a key that is not known: not more often, for a
/// stranger could make us do nothing else.
const READ_EVERY: Duration = Duration::from_secs(10);

/// The key that CloudFront presents, and the one that it presented before.
pub(super) struct OriginKey {
    arn: Option<String>,
    known: Mutex<Known>,
}

struct Known {
    keys: Vec<PresentedKey>,
    /// When the secret was read again last.
    read: Option<Moment>,
}

impl OriginKey {
    /// From the environment; where nothing is said of it, that is noted in the reader.
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let meaning = "what CloudFront presents as X-Valine-Origin; whoever does not is denied";
        let key = reader.optional("ORIGIN_KEY", meaning);
        let arn: Option<String> = reader.optional("ORIGIN_KEY_ARN", "where that is kept");
        if arn.is_none() && !reader.is_set("ORIGIN_KEY") {
            reader.problem(format!("ORIGIN_KEY_ARN is not set: where is kept {meaning}"));
        }
        let known = Known {
            keys: key.into_iter().collect(),
            read: None,
        };
        Self {
            arn,
            known: Mutex::new(known),
        }
    }

    /// Whether this came through CloudFront. Where no key is known nothing did.
    pub(super) async fn is_presented(&self, headers: &HeaderMap) -> bool {
        let mut presented = headers.get_all(HEADER).iter();
        let (Some(key), None) = (presented.next(), presented.next()) else {
            return false;
        };
        if self.is_known(key) {
            return true;
        }
        self.read_again().await;
        self.is_known(key)
    }

    fn is_known(&self, presented: &HeaderValue) -> bool {
        let known = self.known();
        known.keys.iter().any(|key| key.is(presented.as_bytes()))
    }

    async fn read_again(&self) {
        let Some(arn) = &self.arn else { return };
        {
            let mut known = self.known();
            if known.read.is_some_and(|read| read.age() < READ_EVERY) {
                return;
            }
            known.read = Some(Moment::now_in_function());
        }
        let kept = tokio::try_join!(value(arn, Version::Current), value(arn, Version::Previous));
        match kept {
            Ok((current, previous)) => {
                let texts = [current, previous].into_iter().flatten();
                let keys: Vec<_> = texts.filter_map(|text| text.parse().ok()).collect();
                if keys.is_empty() {
                    tracing::error!(
                        "ORIGIN_KEY_ARN holds no key of 32 visible characters, so everybody is denied"
                    );
                }
                self.known().keys = keys;
            }
            Err(error) => tracing::warn!(
                error = format!("{error:#}"),
                "a key that is not known cannot be compared with what is kept now"
            ),
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
