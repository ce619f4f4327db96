//! A service is ready when what it stands on answers, and says what does not.

use crate::support::{start, start_with_one_connection, until};
use diesel::QueryableByName;
use diesel::sql_types::Integer;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use http::StatusCode;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use testkit::TestService;

/// Refused, and in these words.
async fn is_without(app: &TestService, what: &str) {
    let answer = app.outsider().get("/ready").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{}", answer.text);
    assert_eq!(answer.text, format!("Not ready: {what}"));
}

/// Soon, on a machine that is busy with something else.
async fn becomes_ready(app: &TestService) {
    let is_ready = async || {
        let answer = app.outsider().get("/ready").await;
        (answer.status, &*answer.text) == (StatusCode::OK, "ok")
    };
    until("it is ready", is_ready).await;
}

#[derive(QueryableByName)]
struct Backend {
    #[diesel(sql_type = Integer)]
    pid: i32,
}

/// A process that is stopped until this is gone. Nobody makes a database meanwhile: the server waits for all of its processes then.
struct Stopped(Pid);

impl Stopped {
    fn stop(pid: i32) -> Self {
        let pid = Pid::from_raw(pid);
        kill(pid, Signal::SIGSTOP).unwrap();
        Self(pid)
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        // It may have ended.
        kill(self.0, Signal::SIGCONT).unwrap_or_default();
    }
}

/// A server that hangs keeps its connections open: a pool that only looks at them would call it well.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_silent_is_named_and_its_connection_is_not_used_again() {
    let app = start_with_one_connection().await;
    app.service.carried_by(&app.transport);
    becomes_ready(&app).await;
    let of_pool = format!(
        "SELECT pid FROM pg_stat_activity WHERE application_name = 'valine-{}' AND datname = current_database()",
        app.service.name
    );
    let mut conn = app.session().await;
    let Backend { pid } = diesel::sql_query(of_pool).get_result(&mut conn).await.unwrap();
    let _silent = Stopped::stop(pid);
    is_without(&app, "its database gives no answer").await;
    becomes_ready(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_that_cannot_be_read_is_named_by_whoever_consumes_it() {
    let app = start().await;
    let queue = format!("bus.{}", chassis::schema_of(app.service.name));
    let mut conn = app.database.session().await;
    let sql = format!("ALTER TABLE {queue} RENAME TO elsewhere");
    conn.batch_execute(&sql).await.unwrap();
    // Nothing runs its consumers here.
    becomes_ready(&app).await;
    app.service.carried_by(&app.transport);
    is_without(&app, "its queue gives no answer").await;
    let name = chassis::schema_of(app.service.name);
    let sql = format!("ALTER TABLE bus.elsewhere RENAME TO {name}");
    conn.batch_execute(&sql).await.unwrap();
    becomes_ready(&app).await;
}
