//! Without a session.

use crate::contract::{PUBLIC, assert_nothing, brief, faults};
use crate::document::operations;
use crate::fill::{self, Filler};
use crate::world::World;
use http::StatusCode;
use std::collections::BTreeSet;

#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_contract_does_not_call_public_asks_for_a_session() {
    let world = World::build().await;
    let filler = Filler::stranger(&world);
    let mut found = Vec::new();
    let mut missing = BTreeSet::from(PUBLIC);
    for operation in operations(&world.network).await {
        let name = operation.name();
        let is_public = missing.remove(name.as_str()) || PUBLIC.contains(&name.as_str());
        if operation.is_public != is_public {
            let says = if operation.is_public { "public" } else { "private" };
            found.push(format!(
                "{name}: the document says {says}, the list of the contract (PUBLIC in contract.rs) does not"
            ));
        }
        for ask in filler.requests(&operation) {
            let answer = fill::send(&world.network.nobody(), &ask).await;
            let is_asked_to_log_in =
                answer.status == StatusCode::UNAUTHORIZED && answer.json["code"] == "UNAUTHENTICATED";
            if !is_public && !is_asked_to_log_in {
                found.push(format!("{ask}: {}", brief(&answer)));
            }
            if answer.status.is_client_error() {
                found.extend(
                    faults(&answer)
                        .into_iter()
                        .map(|fault| format!("{ask}: {fault}: {}", brief(&answer))),
                );
            }
        }
    }
    found.extend(
        missing
            .into_iter()
            .map(|name| format!("{name} is in PUBLIC and nowhere else")),
    );
    assert_nothing(&found, "what may be asked without a session");
}
