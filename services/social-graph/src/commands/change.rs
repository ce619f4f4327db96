use crate::model::{Between, Pair, Tally, user_not_found};
use crate::store::{accounts, between};
use ::store::{erasures, outbox};
use chassis::{Principal, Refusal, Result};
use chrono::{DateTime, SubsecRound, Utc};
use diesel_async::AsyncPgConnection;
use events::social_graph::{Block, Connection, Follow};
use events::{AccountId, Cause, Event};

/// Lets a rule change what is between the asker and somebody else; saves and publishes what differs afterwards.
///
/// Both people's rows are locked meanwhile, so that a follow and a block at the same moment happen one after the
/// other. Counts move in the same transaction, and are published for both.
pub(super) async fn change(
    conn: &AsyncPgConnection,
    cause: &Cause,
    who: &Principal,
    them: AccountId,
    rule: impl FnOnce(&mut Between, DateTime<Utc>) -> Result<(), Refusal>,
) -> Result<Between> {
    let pair = Pair::new(who.account, them)?;
    // Whoever is being erased is nobody's to do anything with, and is not erased before this is done.
    if !erasures::erased_among(conn, &[them.0]).await?.is_empty() {
        return Err(user_not_found().into());
    }
    let known = accounts::find(conn, them).await?.ok_or_else(user_not_found)?;
    // Who acts is shown in the other's lists, perhaps before their registration was heard of.
    accounts::insert_if_unknown(conn, who.account, &who.username, &who.display_name).await?;
    between::lock(conn, pair).await?;
    let before = between::load(conn, pair, known.active).await?;
    let mut after = before;
    rule(&mut after, Utc::now().trunc_subsecs(3))?;
    publish(conn, cause, &before, &after).await?;
    Ok(after)
}

async fn publish(conn: &AsyncPgConnection, cause: &Cause, before: &Between, after: &Between) -> Result<()> {
    let Pair { me, them } = after.pair;
    let mut news: Vec<(i64, Event)> = Vec::new();

    let follows = [
        (me, them, before.my_follow, after.my_follow),
        (them, me, before.their_follow, after.their_follow),
    ];
    for (by, whom, _, edge) in follows.into_iter().filter(|(.., was, is)| was != is) {
        between::save_follow(conn, by, whom, &edge).await?;
        let follow = Follow {
            follower_id: by,
            following_id: whom,
            at: edge.at,
        };
        let event = if edge.active {
            Event::Followed
        } else {
            Event::Unfollowed
        };
        news.push((edge.version, event(follow)));
    }
    if before.my_block != after.my_block {
        let edge = after.my_block;
        between::save_block(conn, me, them, &edge).await?;
        let block = Block {
            blocker_id: me,
            blocked_id: them,
            at: edge.at,
        };
        let event = if edge.active {
            Event::Blocked
        } else {
            Event::Unblocked
        };
        news.push((edge.version, event(block)));
    }
    if before.bond != after.bond {
        between::save_bond(conn, after.pair, &after.bond).await?;
        let [low_id, high_id] = after.pair.ordered();
        let connection = Connection {
            low_id,
            high_id,
            state: after.bond.state,
            at: after.bond.at,
        };
        news.push((after.bond.version, Event::ConnectionChanged(connection)));
    }
    for (account, tally) in [me, them].into_iter().zip(after.tally_since(before)) {
        if tally != Tally::default() {
            let (version, counts) = between::count(conn, account, tally).await?;
            news.push((version, Event::RelationshipCountsChanged(counts)));
        }
    }
    outbox::append_all(conn, cause, news).await?;
    Ok(())
}
