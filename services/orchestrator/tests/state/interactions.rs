//! Being asked, worked on and ended.

use super::home::{Home, done, id, lease_in, refused};
use chrono::{SubsecRound, TimeDelta};
use futures::future::join_all;
use orchestrator::state::{Asked, Begun, Code, Outcome, Progress, Taken};
use uuid::Uuid;

/// At one moment.
const MANY: usize = 12;
/// Who wins such a moment by luck does not win all of these.
const ROUNDS: usize = 8;

pub(super) async fn what_is_asked_is_taken_once_and_found_again(home: &Home) {
    let asked = home.asked("1");
    let taken = home.take(&asked).await;
    assert_eq!((&taken.asked, &taken.progress), (&asked, &Progress::Asked));
    assert_eq!(taken.asked_at, home.now.trunc_subsecs(3));
    let found = home.state.interaction(&asked.id, home.now).await.unwrap();
    assert_eq!(found, Some(taken));
    assert_eq!(home.state.interaction(&id("2"), home.now).await.unwrap(), None);
    let alone = Asked {
        about: None,
        ..home.asked("2")
    };
    home.take(&alone).await;
    let found = home.state.interaction(&id("2"), home.now).await.unwrap();
    assert_eq!(found.unwrap().asked, alone);
}

pub(super) async fn what_comes_again_is_told_what_has_become_of_it(home: &Home) {
    let asked = home.asked("1");
    let taken = home.take(&asked).await;
    let again = || home.state.take(&asked, home.after(1));
    assert_eq!(again().await.unwrap(), Taken::Before(taken));
    let lease = home.begin(&asked.id, home.now).await;
    let Taken::Before(working) = again().await.unwrap() else {
        panic!("it was taken twice");
    };
    assert_eq!(lease_in(&working), lease);
    home.state
        .end(&asked.id, lease, &done("DONE"), home.now)
        .await
        .unwrap();
    let Taken::Before(ended) = again().await.unwrap() else {
        panic!("it was taken twice");
    };
    assert_eq!(ended.progress, Progress::Ended(done("DONE")));
}

pub(super) async fn of_many_who_take_it_at_once_one_has_it(home: &Home) {
    for round in 0..ROUNDS {
        let asked = home.asked(&format!("{round}"));
        let takers = (0..MANY).map(|_| home.state.take(&asked, home.now));
        let mut taken = Vec::new();
        let mut known = Vec::new();
        for took in join_all(takers).await {
            match took.unwrap() {
                Taken::Now(interaction) => taken.push(interaction),
                Taken::Before(interaction) => known.push(interaction),
            }
        }
        assert_eq!(taken.len(), 1, "round {round}");
        assert!(known.iter().all(|known| *known == taken[0]), "{known:?}");
        let kept = home.state.interaction(&asked.id, home.now).await.unwrap();
        assert_eq!(kept.as_ref(), taken.first());
    }
}

pub(super) async fn what_has_expired_is_absent_and_its_id_is_free(home: &Home) {
    let first = home.take(&home.asked("1")).await;
    home.begin(&id("1"), home.now).await;
    let end = first.asked.until.at();
    let (before, state) = (end - TimeDelta::milliseconds(1), &home.state);
    assert!(state.interaction(&id("1"), before).await.unwrap().is_some());
    assert_eq!(state.interaction(&id("1"), end).await.unwrap(), None);
    assert_eq!(state.answered_by(first.correlation_id, end).await.unwrap(), None);
    let anew = Asked {
        who: id("edsger"),
        about: None,
        until: home.until(3600),
        ..home.asked("1")
    };
    assert!(matches!(
        state.take(&anew, before).await.unwrap(),
        Taken::Before(_)
    ));
    let Taken::Now(second) = state.take(&anew, end).await.unwrap() else {
        panic!("what has expired stands in the way");
    };
    assert_eq!((&second.asked, &second.progress), (&anew, &Progress::Asked));
    assert_ne!(second.correlation_id, first.correlation_id);
    assert_eq!(state.interaction(&id("1"), end).await.unwrap(), Some(second));
    assert_eq!(
        state.answered_by(first.correlation_id, end).await.unwrap(),
        None,
        "what answers the first does not answer the second"
    );
}

pub(super) async fn work_is_one_processors_until_its_lease_ends(home: &Home) {
    home.take(&home.asked("1")).await;
    let ten = TimeDelta::seconds(10);
    let Begun::Yours(begun) = home.state.begin(&id("1"), ten, home.now).await.unwrap() else {
        panic!("nobody works on it");
    };
    let Progress::Working { lease, until } = begun.progress else {
        panic!("it has no lease");
    };
    assert_eq!(until, (home.now + ten).trunc_subsecs(3));
    let found = home.state.interaction(&id("1"), home.now).await.unwrap();
    assert_eq!(found.as_ref(), Some(&begun));
    let just_before = until - TimeDelta::milliseconds(1);
    let other = home.state.begin(&id("1"), ten, just_before).await.unwrap();
    assert_eq!(other, Begun::Theirs(begun));
    let next = home.begin(&id("1"), until).await;
    assert_ne!(next, lease);
}

pub(super) async fn of_many_who_begin_at_once_one_has_the_work(home: &Home) {
    for round in 0..ROUNDS {
        let asked = home.asked(&format!("{round}"));
        home.take(&asked).await;
        only_one_begins(home, &asked, 0).await;
    }
}

pub(super) async fn of_many_who_take_over_at_once_one_has_the_work(home: &Home) {
    for round in 0..ROUNDS {
        let asked = home.asked(&format!("{round}"));
        home.take(&asked).await;
        home.begin(&asked.id, home.now).await;
        only_one_begins(home, &asked, 11).await;
    }
}

async fn only_one_begins(home: &Home, asked: &Asked, seconds: i64) {
    let (ten, now) = (TimeDelta::seconds(10), home.after(seconds));
    let beginners = (0..MANY).map(|_| home.state.begin(&asked.id, ten, now));
    let begun = join_all(beginners).await;
    let begun: Vec<_> = begun.into_iter().map(Result::unwrap).collect();
    let (ours, theirs): (Vec<_>, Vec<_>) = begun.into_iter().partition(|it| matches!(it, Begun::Yours(_)));
    let [Begun::Yours(ours)] = ours.as_slice() else {
        panic!("{} have the work", ours.len());
    };
    let same = |it: &Begun| matches!(it, Begun::Theirs(theirs) if theirs == ours);
    assert!(theirs.iter().all(same), "{theirs:?}");
}

pub(super) async fn who_was_taken_over_from_cannot_end_it(home: &Home) {
    home.take(&home.asked("1")).await;
    let first = home.begin(&id("1"), home.now).await;
    let second = home.begin(&id("1"), home.after(11)).await;
    let end = async |lease, code| home.state.end(&id("1"), lease, &done(code), home.after(12)).await;
    assert_eq!(refused(end(first, "LATE").await), "LEASE_LOST");
    end(second, "DONE").await.unwrap();
    assert_eq!(refused(end(first, "DONE").await), "LEASE_LOST");
    let found = home.state.interaction(&id("1"), home.now).await.unwrap();
    assert_eq!(found.unwrap().progress, Progress::Ended(done("DONE")));
}

pub(super) async fn who_is_late_ends_it_if_nobody_else_came(home: &Home) {
    home.take(&home.asked("1")).await;
    let lease = home.begin(&id("1"), home.now).await;
    let late = home.after(30);
    home.state
        .end(&id("1"), lease, &done("DONE"), late)
        .await
        .unwrap();
}

pub(super) async fn an_end_is_the_end_and_saying_it_again_is_no_harm(home: &Home) {
    home.take(&home.asked("1")).await;
    let lease = home.begin(&id("1"), home.now).await;
    let failed = Outcome::Failed(Code::parse("ACCOUNT_NOT_FOUND").unwrap());
    let end = async |outcome: &Outcome| home.state.end(&id("1"), lease, outcome, home.now).await;
    end(&failed).await.unwrap();
    end(&failed).await.unwrap();
    assert_eq!(refused(end(&done("DONE")).await), "LEASE_LOST");
    let same_code = Outcome::Done(Code::parse("ACCOUNT_NOT_FOUND").unwrap());
    assert_eq!(refused(end(&same_code).await), "LEASE_LOST");
    let ten = TimeDelta::seconds(10);
    let Begun::Over(over) = home.state.begin(&id("1"), ten, home.after(30)).await.unwrap() else {
        panic!("it begins anew");
    };
    assert_eq!(over.progress, Progress::Ended(failed));
}

pub(super) async fn what_has_expired_is_neither_begun_nor_ended(home: &Home) {
    let taken = home.take(&home.asked("1")).await;
    let (ten, end) = (TimeDelta::seconds(10), taken.asked.until.at());
    let lease = home.begin(&id("1"), end - TimeDelta::seconds(1)).await;
    let ended = home.state.end(&id("1"), lease, &done("DONE"), end).await;
    assert_eq!(refused(ended), "INTERACTION_NOT_FOUND");
    for (id, now) in [(id("1"), end), (id("1"), home.after(600)), (id("2"), home.now)] {
        let begun = home.state.begin(&id, ten, now).await.unwrap();
        assert_eq!(begun, Begun::Gone);
        let ended = home.state.end(&id, lease, &done("DONE"), now).await;
        assert_eq!(refused(ended), "INTERACTION_NOT_FOUND");
    }
}

pub(super) async fn an_event_finds_what_it_answers(home: &Home) {
    let (first, second) = (
        home.take(&home.asked("1")).await,
        home.take(&home.asked("2")).await,
    );
    for taken in [&first, &second] {
        let lease = home.begin(&taken.asked.id, home.now).await;
        let found = home.state.answered_by(taken.correlation_id, home.now).await;
        let found = found.unwrap().unwrap();
        assert_eq!((&found.asked, lease_in(&found)), (&taken.asked, lease));
        home.state
            .end(&found.asked.id, lease_in(&found), &done("DONE"), home.now)
            .await
            .unwrap();
    }
    let none = home.state.answered_by(Uuid::now_v7(), home.now).await;
    assert_eq!(none.unwrap(), None);
}

pub(super) async fn a_lease_is_of_a_quarter_of_an_hour_at_most(home: &Home) {
    home.take(&home.asked("1")).await;
    for wrong in [TimeDelta::zero(), -TimeDelta::seconds(1), TimeDelta::seconds(901)] {
        let begun = home.state.begin(&id("1"), wrong, home.now).await;
        assert_eq!(refused(begun), "VALIDATION_ERROR");
    }
    let found = home.state.interaction(&id("1"), home.now).await.unwrap();
    assert_eq!(found.unwrap().progress, Progress::Asked);
}
