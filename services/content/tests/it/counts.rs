//! Whatever people do, and however many at once: each number is the number of rows, and was published.

use crate::stage::{Person, Stage, property};
use chassis::Role;
use events::content::Visibility;
use events::{Envelope, Event};
use futures::future::join_all;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// One thing that somebody does; the numbers choose among what is there.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Publish(bool),
    Reveal(usize, bool),
    Remove(usize),
    React(usize, usize),
    Unreact(usize),
    Comment(usize),
    Answer(usize, usize),
    RemoveComment(usize, usize),
    Judge(usize, bool),
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        2 => any::<bool>().prop_map(Deed::Publish),
        2 => (0_usize..9, any::<bool>()).prop_map(|(post, public)| Deed::Reveal(post, public)),
        1 => (0_usize..9).prop_map(Deed::Remove),
        5 => (0_usize..9, 0_usize..4).prop_map(|(post, reaction)| Deed::React(post, reaction)),
        2 => (0_usize..9).prop_map(Deed::Unreact),
        3 => (0_usize..9).prop_map(Deed::Comment),
        3 => (0_usize..9, 0_usize..9).prop_map(|(post, parent)| Deed::Answer(post, parent)),
        2 => (0_usize..9, 0_usize..9).prop_map(|(post, comment)| Deed::RemoveComment(post, comment)),
        2 => (0_usize..9, any::<bool>()).prop_map(|(post, hide)| Deed::Judge(post, hide)),
    ]
}

/// A few people at work on a few posts.
struct Workshop<'a> {
    people: &'a [Person],
    moderator: &'a Person,
}

impl Workshop<'_> {
    /// Somebody does something. Much of it is refused, because the thing is gone or somebody else's; nothing fails.
    async fn act(&self, who: usize, deed: Deed) {
        let person = &self.people[who];
        let posts = ids(&person.get("/posts/feed?limit=100").await.expect(200)["posts"]);
        let visibility = |public: bool| if public { "public" } else { "followers" };
        let post = |n: usize| posts.get(n % posts.len().max(1)).cloned().unwrap_or_default();
        let answer = match deed {
            Deed::Publish(public) => {
                person
                    .post(
                        "/posts",
                        json!({"content": "Rain.", "visibility": visibility(public)}),
                    )
                    .await
            }
            Deed::Reveal(n, public) => {
                person
                    .patch(
                        &format!("/posts/{}", post(n)),
                        json!({"visibility": visibility(public)}),
                    )
                    .await
            }
            Deed::Remove(n) => person.delete(&format!("/posts/{}", post(n))).await,
            Deed::React(n, reaction) => {
                let reaction = ["like", "love", "applause", "insight"][reaction];
                person
                    .put(&format!("/posts/{}/reaction", post(n)), json!({"type": reaction}))
                    .await
            }
            Deed::Unreact(n) => person.delete(&format!("/posts/{}/reaction", post(n))).await,
            Deed::Comment(n) => {
                person
                    .post(&format!("/posts/{}/comments", post(n)), json!({"content": "Hi."}))
                    .await
            }
            Deed::Answer(n, parent) => {
                let path = format!("/posts/{}/comments", post(n));
                let parent = self.comment(person, &path, parent).await;
                person
                    .post(&path, json!({"content": "Hi.", "parentId": parent}))
                    .await
            }
            Deed::Judge(n, hide) => {
                let judgement = if hide { "hide" } else { "restore" };
                let path = format!("/moderation/posts/{}/{judgement}", post(n));
                self.moderator.post(&path, json!({"reason": "Loud."})).await
            }
            Deed::RemoveComment(n, comment) => {
                let path = format!("/posts/{}/comments", post(n));
                let comment = self.comment(person, &path, comment).await;
                person
                    .delete(&format!("{path}/{}", comment.unwrap_or_default()))
                    .await
            }
        };
        assert!(answer.status.as_u16() < 500, "{deed:?}: {}", answer.text);
    }

    async fn comment(&self, person: &Person, path: &str, n: usize) -> Option<String> {
        let comments = ids(&person.get(path).await.json["comments"]);
        comments.get(n % comments.len().max(1)).cloned()
    }
}

fn ids(list: &Value) -> Vec<String> {
    let items = list.as_array().into_iter().flatten();
    items
        .map(|item| item["id"].as_str().unwrap_or_default().to_owned())
        .collect()
}

/// Counters that differ from the rows they count.
const WRONG: &str = "SELECT count(*) FROM post p JOIN post_counts c ON c.post_id = p.id WHERE \
    (c.like_count, c.love_count, c.applause_count, c.insight_count, c.comment_count) <> (\
    (SELECT count(*) FROM reaction r WHERE r.post_id = p.id AND r.type = 'like'), \
    (SELECT count(*) FROM reaction r WHERE r.post_id = p.id AND r.type = 'love'), \
    (SELECT count(*) FROM reaction r WHERE r.post_id = p.id AND r.type = 'applause'), \
    (SELECT count(*) FROM reaction r WHERE r.post_id = p.id AND r.type = 'insight'), \
    (SELECT count(*) FROM comment k WHERE k.post_id = p.id AND k.removed_at IS NULL))";

const WRONG_AUTHORS: &str = "SELECT count(*) FROM author_post_count n WHERE (n.total, n.public) <> (\
    (SELECT count(*) FROM post p WHERE p.author_id = n.account_id AND p.removed_at IS NULL), \
    (SELECT count(*) FROM post p WHERE p.author_id = n.account_id AND p.removed_at IS NULL \
     AND p.visibility = 'public' AND p.state = 'published'))";

/// Answers below removed comments, and anything below removed posts.
const ORPHANS: &str = "SELECT count(*) FROM comment k LEFT JOIN comment above ON above.id = k.parent_id \
    JOIN post p ON p.id = k.post_id WHERE k.removed_at IS NULL AND (above.removed_at IS NOT NULL OR p.removed_at IS NOT NULL)";

#[tokio::test(flavor = "multi_thread")]
async fn every_number_is_the_number_of_rows_and_was_published() {
    let stage = Stage::new().await;
    let people: Vec<_> = (0..3).map(|n| stage.person(&format!("person{n}"))).collect();
    for (one, other) in [(0, 1), (1, 2), (2, 0)] {
        stage.follows(&people[one], &people[other], 1).await;
        stage.follows(&people[other], &people[one], 1).await;
    }
    people[0].publishes("The first.", Visibility::Public).await;
    let workshop = Workshop {
        people: &people,
        moderator: &stage.with_role("mo", Role::Moderator),
    };
    let deeds = prop::collection::vec((0_usize..3, deed()), 1..40);
    property(8, deeds, async |deeds| {
        // Four at a time, also by one and the same person.
        for deeds in deeds.chunks(4) {
            join_all(deeds.iter().map(|(who, deed)| workshop.act(*who, *deed))).await;
        }
        for wrong in [WRONG, WRONG_AUTHORS, ORPHANS] {
            prop_assert_eq!(stage.number(wrong).await, 0, "{}", wrong);
        }
        Ok(())
    });
    published_in_order_and_as_they_stand(&stage).await;
    stage.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_of_one_post_at_once_are_done_one_after_the_other() {
    let stage = Stage::new().await;
    let alice = stage.person("alice");
    let path = format!("/posts/{}", alice.publishes("Rain.", Visibility::Public).await);
    for round in 0..12 {
        let edits = [
            json!({"visibility": "private"}),
            json!({"visibility": "public"}),
            json!({"visibility": "followers", "content": round.to_string()}),
            json!({"tags": [format!("round{round}")]}),
        ];
        let answers = join_all(edits.into_iter().map(|edit| alice.patch(&path, edit))).await;
        for answer in answers {
            answer.expect(200);
        }
        assert_eq!(stage.number(WRONG_AUTHORS).await, 0);
        let post = alice.get(&path).await.expect(200);
        assert_eq!(
            (&post["content"], &post["tags"]),
            (&json!(round.to_string()), &json!([format!("round{round}")])),
            "no edit undoes another"
        );
    }
    published_in_order_and_as_they_stand(&stage).await;
    stage.app.at_rest().await;
}

/// Versions of each aggregate are published without a gap, and the last one says what the rows say.
async fn published_in_order_and_as_they_stand(stage: &Stage) {
    let mut last: BTreeMap<String, Envelope> = BTreeMap::new();
    let mut published = stage.app.published().await;
    published.sort_by(|one, other| (&one.subject, one.version).cmp(&(&other.subject, other.version)));
    for envelope in published {
        let before = last.get(&envelope.subject).map_or(0, |before| before.version);
        // A reaction has the version of the counts that it was counted with.
        let is_next = match envelope.event {
            Event::ReactionChanged(_) => envelope.version > before,
            _ => envelope.version == before + 1,
        };
        assert!(is_next, "{} skips or repeats version {before}", envelope.subject);
        last.insert(envelope.subject.clone(), envelope);
    }
    for envelope in last.into_values() {
        let holds = match envelope.event {
            Event::PostCountsChanged(counts) => format!(
                "post_counts WHERE post_id = '{}' AND comment_count = {} AND like_count = {} AND love_count = {}",
                counts.post_id, counts.comments, counts.reactions["like"], counts.reactions["love"],
            ),
            Event::ReactionChanged(told) => format!(
                "(SELECT type, removed_at, {} AS version FROM post LEFT JOIN reaction ON post_id = id AND account_id = '{}' \
                 WHERE id = '{}') standing WHERE coalesce(type, '') = CASE WHEN removed_at IS NULL THEN '{}' ELSE '' END",
                envelope.version,
                told.account_id,
                told.post_id,
                told.reaction.unwrap_or_default(),
            ),
            Event::AuthorPostCountChanged(count) => format!(
                "author_post_count WHERE account_id = '{}' AND total = {} AND public = {}",
                count.account_id, count.total, count.public,
            ),
            Event::PostChanged(post) => format!(
                "post WHERE id = '{}' AND removed_at IS NULL AND visibility = '{}'",
                post.post_id,
                post.visibility.as_str(),
            ),
            Event::PostRemoved(gone) => {
                format!("post WHERE id = '{}' AND removed_at IS NOT NULL", gone.post_id)
            }
            Event::CommentChanged(comment) => {
                format!(
                    "comment WHERE id = '{}' AND removed_at IS NULL",
                    comment.comment_id
                )
            }
            Event::CommentRemoved(gone) => {
                format!(
                    "comment WHERE id = '{}' AND removed_at IS NOT NULL",
                    gone.comment_id
                )
            }
            Event::ContentStaffActed(told) => format!(
                "(SELECT *, 1 AS version FROM moderation_audit) noted WHERE id = '{}' AND actor_id = '{}' AND deed = '{}'",
                told.deed_id, told.actor_id, told.deed,
            ),
            other => panic!("content does not publish {other:?}"),
        };
        let holds = format!("SELECT count(*) FROM {holds} AND version = {}", envelope.version);
        assert_eq!(
            stage.number(&holds).await,
            1,
            "what was published last is not what stands there: {holds}"
        );
    }
}
