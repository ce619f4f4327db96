//! What is for moderators and admins, asked by those who are less.

use crate::contract::{assert_nothing, brief, faults};
use crate::document::operations;
use crate::fill::{self, Filler};
use crate::world::World;
use chassis::Role;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_for_staff_is_refused_to_everybody_less() {
    let world = World::build().await;
    let filler = Filler::stranger(&world);
    let moderator = world.network.sign_up("mona").await;
    world.network.give_role(&moderator, Role::Moderator).await;
    let (mut found, mut for_moderators, mut for_admins) = (Vec::new(), 0, 0);
    for operation in operations(&world.network).await {
        if !operation.is_for_staff() {
            continue;
        }
        for_moderators += 1;
        for_admins += usize::from(operation.is_for_admins());
        for ask in filler.requests(&operation) {
            let mut answers = vec![("a member", fill::send(&world.ada.client, &ask).await)];
            if operation.is_for_admins() {
                answers.push(("a moderator", fill::send(&moderator.client, &ask).await));
            }
            for (who, answer) in answers {
                if answer.status != 403 || answer.json["code"] != "FORBIDDEN" {
                    found.push(format!("{ask} by {who}: {}", brief(&answer)));
                }
                found.extend(
                    faults(&answer)
                        .iter()
                        .map(|fault| format!("{ask} by {who}: {fault}: {}", brief(&answer))),
                );
            }
            let answer = fill::send(&world.network.nobody(), &ask).await;
            if answer.status != 401 {
                found.push(format!("{ask} by nobody: {}", brief(&answer)));
            }
        }
    }
    assert!(
        for_moderators >= 12 && for_admins >= 6,
        "only {for_moderators} are for moderators and {for_admins} for admins: they are elsewhere now"
    );
    assert_nothing(&found, "what is refused to members and moderators");
}
