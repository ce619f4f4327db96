use std::collections::HashSet;
use std::time::Instant;

use super::{Plan, ReactionType, Visibility, plan};
use crate::seed::plan::digest;

/// A fingerprint of everything that a plan asks of the server.
fn fingerprint(plan: &Plan) -> String {
    let mut all = String::new();
    for person in &plan.people {
        let parts = (
            &person.account,
            &person.profile,
            &person.credits,
            &person.education,
            &person.links,
        );
        all += &serde_json::to_string(&parts).unwrap();
    }
    for follow in &plan.follows {
        all += &format!("{}>{};", follow.follower, follow.followed);
    }
    for post in &plan.posts {
        all += &format!(
            "{}{}{:?}{}",
            post.author,
            post.content,
            post.tags,
            post.visibility.as_str()
        );
        for image in &post.images {
            all += &format!("{}x{}/{}", image.width, image.height, image.motif);
        }
        for reaction in &post.reactions {
            all += &format!("{}{}", reaction.by, reaction.kind.as_str());
        }
        for comment in &post.comments {
            all += &format!("{}{}{:?}", comment.by, comment.content, comment.parent);
        }
    }
    digest(&all).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_same_seed_gives_the_same_plan_and_another_seed_another() {
    assert_eq!(plan(11, 40, 200), plan(11, 40, 200));
    let (one, other) = (plan(11, 40, 200), plan(12, 40, 200));
    assert_ne!(one.posts, other.posts);
    let names = |plan: &Plan| -> HashSet<String> {
        plan.people
            .iter()
            .map(|person| person.account.username.clone())
            .collect()
    };
    assert!(
        names(&one).is_disjoint(&names(&other)),
        "two seeds fit into one network"
    );
}

#[test]
fn a_plan_stays_the_same_from_release_to_release() {
    // A journal of an older release is resumed against this plan: a change here breaks such journals, so it needs a
    // new version in the journal's first line as well.
    assert_eq!(
        fingerprint(&plan(1, 20, 50)),
        "f0477c6939b488c8a90a411dbd8524031bbbef91cabd07e953a7d2431066a372"
    );
}

#[test]
fn more_posts_come_at_the_end_and_more_people_too() {
    let (small, large) = (plan(3, 30, 100), plan(3, 30, 400));
    assert_eq!(small.people, large.people);
    assert_eq!(small.follows, large.follows);
    assert_eq!(small.posts, large.posts[..100]);
    assert_eq!(small.people, plan(3, 90, 0).people[..30]);
}

#[test]
fn the_usual_size_is_planned_at_once_and_looks_like_a_network() {
    let started = Instant::now();
    let plan = plan(1, 300, 3000);
    assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
    assert_eq!((plan.people.len(), plan.posts.len()), (300, 3000));

    let mut followers = vec![0_usize; 300];
    for follow in &plan.follows {
        followers[follow.followed] += 1;
    }
    followers.sort_unstable();
    assert!(
        followers[150] < 12,
        "half of them are followed by few: {}",
        followers[150]
    );
    assert!(
        followers[299] > 100,
        "and somebody by very many: {}",
        followers[299]
    );

    let reactions = plan.posts.iter().map(|post| post.reactions.len()).sum::<usize>();
    let comments = plan.posts.iter().map(|post| post.comments.len()).sum::<usize>();
    assert!((4_000..20_000).contains(&reactions), "{reactions}");
    assert!((2_000..8_000).contains(&comments), "{comments}");
    assert!(
        plan.posts
            .iter()
            .any(|post| post.comments.iter().any(|comment| comment.parent.is_some()))
    );
    for kind in ReactionType::ALL {
        assert!(
            plan.posts
                .iter()
                .flat_map(|post| &post.reactions)
                .any(|reaction| reaction.kind == kind),
            "{kind:?}"
        );
    }
    let public = plan
        .posts
        .iter()
        .filter(|post| post.visibility == Visibility::Public)
        .count();
    assert!((2_300..2_800).contains(&public), "{public}");
    for visibility in [
        Visibility::Followers,
        Visibility::Connections,
        Visibility::Private,
    ] {
        assert!(
            plan.posts.iter().any(|post| post.visibility == visibility),
            "{visibility:?}"
        );
    }
    let images = plan.posts.iter().map(|post| post.images.len()).sum::<usize>();
    assert!((30..150).contains(&images), "{images}");
}

#[test]
fn everything_keeps_to_the_contracts_limits() {
    let plan = plan(5, 500, 1500);
    let mut names = HashSet::new();
    for person in &plan.people {
        let account = &person.account;
        assert!((3..=30).contains(&account.username.len()), "{}", account.username);
        assert!(
            account
                .username
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        );
        assert!(
            names.insert(account.username.to_lowercase()),
            "{} twice",
            account.username
        );
        assert!(account.email.ends_with("@example.org"));
        assert!((8..=256).contains(&account.password.len()));
        assert!(account.display_name.chars().count() <= 100);
        assert!(person.profile.bio.chars().count() <= 500 && !person.profile.bio.contains(['{', '}']));
        assert!(
            person.profile.title.chars().count() <= 100 && person.profile.location.chars().count() <= 100
        );
        assert!(
            person
                .education
                .iter()
                .all(|education| education.start_year <= education.end_year)
        );
        assert!(
            person
                .links
                .iter()
                .all(|link| link.url.starts_with("https://") && link.url.contains(".example/"))
        );
    }
    let mut follows = HashSet::new();
    for follow in &plan.follows {
        assert!(
            follow.follower != follow.followed && follows.insert(*follow),
            "{follow:?}"
        );
    }
    let mut contents = HashSet::new();
    for post in &plan.posts {
        assert!((1..=5000).contains(&post.content.chars().count()));
        assert!(
            post.content.trim() == post.content && !post.content.contains(['{', '}']),
            "{}",
            post.content
        );
        assert!(
            contents.insert((post.author, &post.content)),
            "{} twice",
            post.content
        );
        let sees = |who: usize| match post.visibility {
            Visibility::Public => true,
            Visibility::Followers => {
                who == post.author
                    || plan
                        .follows
                        .iter()
                        .any(|follow| follow.follower == who && follow.followed == post.author)
            }
            Visibility::Connections | Visibility::Private => who == post.author,
        };
        let mut reacted = HashSet::new();
        for reaction in &post.reactions {
            assert!(sees(reaction.by) && reacted.insert(reaction.by));
        }
        let mut said = HashSet::new();
        for (index, comment) in post.comments.iter().enumerate() {
            assert!(sees(comment.by) && said.insert(&comment.content));
            assert!(
                (1..=2000).contains(&comment.content.chars().count())
                    && !comment.content.contains(['{', '}'])
            );
            if let Some(parent) = comment.parent {
                assert!(
                    parent < index && post.comments[parent].parent.is_none(),
                    "two levels and no more"
                );
            }
        }
    }
}

#[test]
fn the_smallest_networks_can_be_planned() {
    assert!(plan(1, 0, 10).posts.is_empty());
    let alone = plan(1, 1, 10);
    assert_eq!((alone.posts.len(), alone.follows.len()), (10, 0));
    assert!(alone.posts.iter().all(|post| post.reactions.is_empty()));
    assert_eq!(plan(1, 2, 5).posts.len(), 5);
}
