//! What is asked of DynamoDB alone.

use super::home::{Home, configured, contents, done, dynamodb, endpoint, id, refused, settings};
use crate::world::World;
use aws_sdk_dynamodb::config::interceptors::BeforeDeserializationInterceptorContextMut;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{Builder, ConfigBag, Credentials, Intercept, Region, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_smithy_runtime_api::client::retries::RequestAttempts;
use chassis::{Error, Role};
use orchestrator::state::{Asked, Dynamo, State};
use std::net::TcpListener;
use std::time::{Duration, Instant};

/// Whatever is answered first is lost on the way.
#[derive(Debug)]
struct Loses;

impl Intercept for Loses {
    fn name(&self) -> &'static str {
        "loses first answers"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        told: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if told
            .load::<RequestAttempts>()
            .is_some_and(|tries| tries.attempts() == 1)
        {
            *context.response_mut().status_mut() = 500_u16.try_into()?;
        }
        Ok(())
    }
}

/// The same home, by a way that loses answers.
async fn by_a_way_that_loses_answers(mut home: Home) -> Home {
    let means = chassis::aws::means().await;
    let retries = RetryConfig::standard().with_initial_backoff(Duration::from_millis(1));
    let means = Builder::from(&means).retry_config(retries).interceptor(Loses);
    home.state = State::Dynamo(Dynamo::at(home.table(), means));
    home
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_not_told_that_they_succeeded_succeeds_all_the_same() {
    let Some(home) = dynamodb().await else { return };
    let home = by_a_way_that_loses_answers(home).await;
    let (state, now) = (&home.state, home.now);
    let asked = home.asked("1");
    let taken = home.take(&asked).await;
    assert_eq!(state.interaction(&asked.id, now).await.unwrap(), Some(taken));
    let lease = home.begin(&asked.id, now).await;
    state.end(&asked.id, lease, &done("DONE"), now).await.unwrap();
    let opened = state.open(&home.opening(), now).await.unwrap();
    let next = state
        .advance(&opened, contents("really"), home.until(60), now)
        .await
        .unwrap();
    let late = state
        .advance(&opened, contents("really"), home.until(60), now)
        .await;
    assert_eq!(refused(late), "CONVERSATION_MOVED_ON");
    state.close(&next, now).await.unwrap();
    assert_eq!(refused(state.close(&next, now).await), "CONVERSATION_NOT_FOUND");
    state.forget(&id("iris")).await.unwrap();
    assert_eq!(home.holding("").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_takes_people_out_of_it() {
    let Some(home) = dynamodb().await else { return };
    let world = World::with(&settings(home.table())).await;
    let (ada, bob) = (world.somebody(Role::Admin).1, world.somebody(Role::Admin).1);
    for (number, who, about) in [("1", &ada, None), ("2", &bob, Some(&ada)), ("3", &bob, None)] {
        let asked = Asked {
            who: id(who),
            about: about.map(|about| id(about)),
            ..home.asked(number)
        };
        home.take(&asked).await;
    }
    world.erase(&ada).await;
    assert_eq!(home.holding(&ada).await, 0);
    assert!(
        home.state
            .interaction(&id("3"), home.now)
            .await
            .unwrap()
            .is_some()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_is_not_there_is_called_by_its_name() {
    if endpoint().await.is_none() {
        return;
    }
    let state = configured("joint-nowhere-interactions");
    let Err(Error::Failed(error)) = state.interaction(&id("1"), chrono::Utc::now()).await else {
        panic!("it is there");
    };
    assert_eq!(
        error.to_string(),
        "DynamoDB has no table joint-nowhere-interactions, which INTERACTIONS_TABLE names"
    );
}

/// Whoever asked by a command is to be answered within three seconds, come what may.
#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_does_not_answer_is_nobodys_fault_and_keeps_nobody_waiting() {
    // One takes connections and says nothing; at the other nobody listens.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for address in [silent.local_addr().unwrap(), closed] {
        let means = Builder::from(&chassis::aws::means().await)
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new("test", "test", None, None, "test"))
            .endpoint_url(format!("http://{address}"));
        let state = State::Dynamo(Dynamo::at("joint-test-interactions", means));
        let began = Instant::now();
        let found = state.interaction(&id("1"), chrono::Utc::now()).await;
        assert_eq!(refused(found), "UNAVAILABLE");
        // After two seconds, and later on a busy machine.
        assert!(began.elapsed() < Duration::from_secs(6), "{:?}", began.elapsed());
    }
}
