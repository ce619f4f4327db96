//! What somebody does as an operator.

use super::life::Life;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use end_to_end::{Person, TestNetwork};

/// A dead letter of the content service, of nobody; answers its number.
pub(super) async fn put_aside(network: &TestNetwork) -> i64 {
    #[derive(QueryableByName)]
    struct Numbered {
        #[diesel(sql_type = BigInt)]
        id: i64,
    }
    let letter: Numbered = diesel::sql_query(
        "INSERT INTO bus.content_dead (id, body, receive_count, sent_at) \
         VALUES ((SELECT coalesce(max(id), 0) + 1000000 FROM bus.content_dead), '{}', 5, now()) RETURNING id",
    )
    .get_result(&mut network.database.session().await)
    .await
    .unwrap();
    letter.id
}

/// What they asked by a command, which no route takes yet, and what they were about to ask.
pub(super) async fn asks_by_commands(network: &TestNetwork, life: &Life, about: &Person) {
    let (word, who, about) = (&life.word, &life.person.id, &about.id);
    let insert = format!(
        "INSERT INTO orchestrator.interaction (id, who, about, command, correlation_id, asked_at, expires_at, progress) \
         VALUES ('{word}-1', '{who}', '{about}', 'suspend', gen_random_uuid(), now(), now() + interval '1 day', 'asked'); \
         INSERT INTO orchestrator.conversation (id, who, about, contents, version, expires_at) \
         VALUES (gen_random_uuid(), '{who}', '{about}', '{{\"reason\":\"{word} is about to ask\"}}', gen_random_uuid(), \
         now() + interval '1 day')"
    );
    let mut conn = network.database.session().await;
    conn.batch_execute(&insert).await.unwrap();
}
