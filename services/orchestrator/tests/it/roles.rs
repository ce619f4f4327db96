//! Who may, and what becomes of those who may not.

use crate::world::World;
use chassis::{Caller, Role};
use http::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_for_admins_and_refused_to_others_before_anything_is_read() {
    let world = World::start().await;
    world.dead(1..=1, "the oven is cold").await;
    let ((member, _), (moderator, _)) = (world.somebody(Role::Member), world.somebody(Role::Moderator));
    let anonymous = world.as_caller(&Caller::Anonymous);
    for (method, path) in [
        (Method::GET, "/admin/queues"),
        (Method::GET, "/admin/dead-letters"),
        (Method::GET, "/admin/dead-letters?limit=none"),
        (Method::GET, "/admin/dead-letters/bakery:1"),
        (Method::GET, "/admin/dead-letters/nobody:1"),
        (Method::POST, "/admin/dead-letters/bakery:1/replay"),
        (Method::POST, "/admin/dead-letters/bakery:1/discard"),
    ] {
        let body = (method == Method::POST).then(|| json!({ "reason": 7 }));
        for client in [&member, &moderator] {
            let answer = client.send(method.clone(), path, body.clone()).await;
            assert_eq!(answer.refused(403), "FORBIDDEN", "{method} {path}");
        }
        let answer = anonymous.send(method.clone(), path, body).await;
        assert_eq!(answer.refused(401), "UNAUTHENTICATED", "{method} {path}");
    }
    assert_eq!(world.count("bus.bakery_dead").await, 1);
    assert_eq!(world.count("bus.bakery").await, 0);
    assert_eq!(world.actions().await, []);
}
