//! The one policy, on every surface that can show a post, its files, what is below it, its counts or its author.
//!
//! The tables are the contract's row "who may see a post", written out by hand. Everybody of the first column asks every
//! surface about every post, through the edge; what each is given must be what the table says, and no answer to anybody
//! may hold a word of a post that is not theirs to see.

mod asks;
mod world;

use asks::Asker;
use futures::future::join_all;
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
";

/// The author is suspended, and so has no session to ask with.
const OF_SID: &str = "
    asker       public  followers  connections  private  hidden  deleted
    follower    404     404        404          404      404     404
    connection  404     404        404          404      404     404
    stranger    404     404        404          404      404     404
    anonymous   404     404        404          404      404     404
    blocked     404     404        404          404      404     404
    blocker     404     404        404          404      404     404
    moderator   200     200        200          200      200     200
";

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
    assert_eq!(cells, 8 * 6 + 7 * 6);
    let outcomes = join_all(asking).await;
    let asked: usize = outcomes.iter().map(|outcome| outcome.asked).sum();
    let wrong: Vec<_> = outcomes.iter().flat_map(|outcome| &outcome.wrong).collect();
    assert!(
        wrong.is_empty(),
        "{} of {asked} are wrong:\n{wrong:#?}",
        wrong.len()
    );
    assert!(asked > 800, "only {asked} questions were asked");
    world.network.at_rest().await;
}
