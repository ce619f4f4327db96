//! The service of a few lines, on a database of its own.

pub(crate) use crate::things::{HOURLY, account};

use crate::things::service;
use chassis::Config;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use std::time::Duration;
use testkit::TestService;

/// The service, with its table of notes.
pub(crate) async fn start() -> TestService {
    with_notes(TestService::start(service).await).await
}

/// The same as a function of Lambda has it: with a single connection.
pub(crate) async fn start_with_one_connection() -> TestService {
    let one = |config: &Config| {
        service(&Config {
            pool_size: 1,
            ..config.clone()
        })
    };
    with_notes(TestService::start(one).await).await
}

async fn with_notes(app: TestService) -> TestService {
    app.session()
        .await
        .batch_execute("CREATE TABLE note (name TEXT NOT NULL)")
        .await
        .unwrap();
    app
}

/// What was noted, by name.
pub(crate) async fn notes(app: &TestService, name: &str) -> i64 {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let query = diesel::sql_query("SELECT count(*) AS count FROM note WHERE name = $1").bind::<Text, _>(name);
    query
        .get_result::<Count>(&mut app.session().await)
        .await
        .unwrap()
        .count
}

/// By then it has happened, or never will.
const LIMIT: Duration = Duration::from_secs(30);

/// Looks until it is so.
pub(crate) async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let look = async {
        let mut looks = tokio::time::interval(Duration::from_millis(20));
        loop {
            looks.tick().await;
            if is_so().await {
                return;
            }
        }
    };
    assert!(tokio::time::timeout(LIMIT, look).await.is_ok(), "never: {what}");
}
