//! The one policy, on every surface that can show a post, its files, what is below it, its counts or its author.
//!
//! The tables are the contract's row "who may see a post", written out by hand. Everybody of the first column asks every
//! surface about every post, through the edge; what each is given must be what the table says, and no answer to anybody
//! may hold a word of a post that is not theirs to see.

mod asks;
mod exports;
mod world;

use asks::Asker;
use futures::future::join_all;
use std::collections::BTreeSet;
use world::World;

/// The author is in good standing.
const OF_ADA: &str = "
    asker       public  followers  connections  private  hidden  deleted
    author      200     200        200          200      200     404
    follower    200     200        403          403      404     404
    connection  200     403        200          403      404     404
    stranger    200     403        403          403      404     404
    anonymous   200     401        401          401      404     404
    blocked     404     404        404          404      404     404
    blocker     404     404        404          404      404     404
    moderator   200     200        200          200      200     200
    suspended   200     401        401          401      404     404
";

/// The author is suspended, and so has no session to ask with: with the one they had they are anybody, before their own
/// posts, too.
const OF_SID: &str = "
    asker       public  followers  connections  private  hidden  deleted
    follower    404     404        404          404      404     404
    connection  404     404        404          404      404     404
    stranger    404     404        404          404      404     404
    anonymous   404     404        404          404      404     404
    blocked     404     404        404          404      404     404
    blocker     404     404        404          404      404     404
    moderator   200     200        200          200      200     200
    suspended   404     404        404          404      404     404
";

/// What can be read and has nothing of posts, their files, what is below them, or who wrote them; or is for staff, whose
/// own tests ask it.
const ELSEWHERE: [(&str, &str); 17] = [
    ("/api/admin/accounts", "for admins: accounts, and no posts"),
    ("/api/admin/allow-list", "for admins: addresses"),
    ("/api/admin/audit", "for admins: ids of accounts"),
    ("/api/admin/dead-letters", "for admins: without words"),
    (
        "/api/admin/dead-letters/{id}",
        "for admins, who ask to be shown words",
    ),
    ("/api/admin/queues", "for admins: numbers"),
    (
        "/api/auth/account/receipts/{token}",
        "which services have confirmed",
    ),
    ("/api/auth/me", "the asker's own account"),
    (
        "/api/auth/security-log",
        "what happened to the asker's own account",
    ),
    ("/api/auth/sessions", "the asker's own sessions"),
    ("/api/moderation/audit", "for admins: ids"),
    ("/api/social/blocks", "whom the asker blocks"),
    ("/api/users/me", "the asker's own profile"),
    ("/api/users/me/credits", "the asker's own"),
    ("/api/users/me/education", "the asker's own"),
    ("/api/users/me/links", "the asker's own"),
    ("/api/social/requests", "nobody here waits for an answer"),
];

/// Whether an address is one of a path of the API's document.
fn is_at(path: &str, address: &str) -> bool {
    let address = address.split('?').next().unwrap_or_default();
    let (steps, taken): (Vec<_>, Vec<_>) = (path.split('/').collect(), address.split('/').collect());
    let mut pairs = steps.iter().zip(&taken);
    steps.len() == taken.len() && pairs.all(|(step, taken)| step.starts_with('{') || step == taken)
}

/// What can be read, says nothing of posts by its name, and was asked by nobody here.
async fn unasked(world: &World, asked: &BTreeSet<String>) -> Vec<String> {
    let document = world.network.nobody().get("/openapi.json").await.expect(200);
    let paths = document["paths"].as_object().unwrap().iter();
    let reads = paths.filter(|(_, item)| item.get("get").is_some());
    // `/users/me` is not somebody of that name.
    let is_elsewhere = |path: &str| ELSEWHERE.iter().any(|(of, _)| *of == path);
    let unasked =
        reads.filter(|(path, _)| !is_elsewhere(path) && !asked.iter().any(|address| is_at(path, address)));
    unasked.map(|(path, _)| path.clone()).collect()
}

/// A table, row by row: who asks, and what each post answers, in the order of [`world::KINDS`].
fn rows(table: &str) -> Vec<(&str, Vec<u16>)> {
    let mut lines = table.lines().filter(|line| !line.trim().is_empty());
    let heads: Vec<_> = lines.next().unwrap().split_whitespace().skip(1).collect();
    assert_eq!(heads, world::KINDS);
    lines
        .map(|line| {
            let mut cells = line.split_whitespace();
            let asker = cells.next().unwrap();
            (asker, cells.map(|status| status.parse().unwrap()).collect())
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_is_shown_what_the_contract_says_and_nothing_else_anywhere() {
    let world = World::new().await;
    let mut cells = 0;
    let mut asking = Vec::new();
    for (author, table, is_suspended) in [(&world.ada, OF_ADA, false), (&world.sid, OF_SID, true)] {
        for (name, statuses) in rows(table) {
            cells += statuses.len();
            asking.push(Asker::new(&world, name, author, statuses, is_suspended).ask_everything());
        }
    }
    assert_eq!(cells, 9 * 6 + 8 * 6);
    let mut outcomes = join_all(asking).await;
    outcomes.push(exports::ask_everybody(&world).await);
    let asked: usize = outcomes.iter().map(|outcome| outcome.asked).sum();
    let wrong: Vec<_> = outcomes.iter().flat_map(|outcome| &outcome.wrong).collect();
    assert!(
        wrong.is_empty(),
        "{} of {asked} are wrong:\n{wrong:#?}",
        wrong.len()
    );
    assert!(asked > 1_600, "only {asked} questions were asked");
    let addresses = outcomes.iter().flat_map(|outcome| outcome.addresses.clone());
    let unasked = unasked(&world, &addresses.collect()).await;
    assert!(
        unasked.is_empty(),
        "nobody asks {unasked:?}: ask it in asks.rs, or say in ELSEWHERE why it shows nothing of anybody's posts"
    );
    world.network.at_rest().await;
}
