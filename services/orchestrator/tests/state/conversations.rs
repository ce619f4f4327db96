//! Being asked step by step.

use super::home::{Home, contents, id, refused};
use chrono::TimeDelta;
use futures::future::join_all;
use orchestrator::state::{Contents, Opening};
use serde_json::json;
use uuid::Uuid;

pub(super) async fn steps_follow_each_other(home: &Home) {
    let (state, now) = (&home.state, home.now);
    let opened = state.open(&home.opening(), now).await.unwrap();
    assert_eq!(opened.now, home.opening());
    let find = async || state.conversation(opened.id, &id("iris"), now).await.unwrap();
    assert_eq!(find().await.as_ref(), Some(&opened));
    let asked = state
        .advance(&opened, contents("really"), home.until(30), now)
        .await
        .unwrap();
    assert_eq!(asked.id, opened.id);
    assert_ne!(asked.version, opened.version);
    assert_eq!(
        asked.now,
        Opening {
            contents: contents("really"),
            until: home.until(30),
            ..home.opening()
        }
    );
    assert_eq!(find().await.as_ref(), Some(&asked));
    state.close(&asked, now).await.unwrap();
    assert_eq!(find().await, None);
    let over = state.advance(&asked, contents("more"), home.until(30), now).await;
    assert_eq!(refused(over), "CONVERSATION_NOT_FOUND");
    assert_eq!(refused(state.close(&asked, now).await), "CONVERSATION_NOT_FOUND");
    assert_eq!(home.holding("really").await, 0, "what was spoken is gone");
}

pub(super) async fn who_saw_an_older_step_is_told_so(home: &Home) {
    let (state, now) = (&home.state, home.now);
    let opened = state.open(&home.opening(), now).await.unwrap();
    let next = state
        .advance(&opened, contents("really"), home.until(60), now)
        .await
        .unwrap();
    let late = state
        .advance(&opened, contents("other"), home.until(60), now)
        .await;
    assert_eq!(refused(late), "CONVERSATION_MOVED_ON");
    assert_eq!(refused(state.close(&opened, now).await), "CONVERSATION_MOVED_ON");
    let found = state.conversation(opened.id, &id("iris"), now).await.unwrap();
    assert_eq!(found, Some(next));
}

pub(super) async fn of_many_who_saw_the_same_step_one_goes_on(home: &Home) {
    let mut seen = home.state.open(&home.opening(), home.now).await.unwrap();
    for round in 0..8 {
        // All of them want the same: what they write does not tell them apart.
        let step = contents(&format!("{round}"));
        let goers = (0..12).map(|_| home.state.advance(&seen, step.clone(), home.until(60), home.now));
        let mut gone = Vec::new();
        for went in join_all(goers).await {
            match went {
                Ok(next) => gone.push(next),
                lost => assert_eq!(refused(lost), "CONVERSATION_MOVED_ON"),
            }
        }
        assert_eq!(gone.len(), 1, "round {round}");
        seen = gone.remove(0);
        let found = home.state.conversation(seen.id, &id("iris"), home.now).await;
        assert_eq!(found.unwrap().as_ref(), Some(&seen));
    }
}

pub(super) async fn of_many_who_close_it_at_once_one_may_do_it(home: &Home) {
    for round in 0..8 {
        let seen = home.state.open(&home.opening(), home.now).await.unwrap();
        let closed = join_all((0..12).map(|_| home.state.close(&seen, home.now))).await;
        let mut done = 0;
        for close in closed {
            match close {
                Ok(()) => done += 1,
                lost => assert_eq!(refused(lost), "CONVERSATION_NOT_FOUND"),
            }
        }
        assert_eq!(done, 1, "round {round}");
    }
}

pub(super) async fn it_is_there_for_nobody_else(home: &Home) {
    let opened = home.state.open(&home.opening(), home.now).await.unwrap();
    for (conversation, who) in [(opened.id, "grace"), (opened.id, "iri"), (Uuid::now_v7(), "iris")] {
        let found = home.state.conversation(conversation, &id(who), home.now).await;
        assert_eq!(found.unwrap(), None, "{who}");
    }
}

pub(super) async fn what_has_expired_is_gone(home: &Home) {
    let state = &home.state;
    let opened = state.open(&home.opening(), home.now).await.unwrap();
    let end = opened.now.until.at();
    let just_before = end - TimeDelta::milliseconds(1);
    let find = async |now| state.conversation(opened.id, &id("iris"), now).await.unwrap();
    assert!(find(just_before).await.is_some());
    assert_eq!(find(end).await, None);
    let late = state
        .advance(&opened, contents("really"), home.until(600), end)
        .await;
    assert_eq!(refused(late), "CONVERSATION_NOT_FOUND");
    assert_eq!(refused(state.close(&opened, end).await), "CONVERSATION_NOT_FOUND");
    assert_eq!(find(just_before).await, Some(opened));
}

pub(super) async fn a_step_says_anew_how_long_it_is_kept(home: &Home) {
    let state = &home.state;
    let opened = state.open(&home.opening(), home.now).await.unwrap();
    let longer = state
        .advance(&opened, contents("really"), home.until(600), home.after(30))
        .await
        .unwrap();
    let later = home.after(300);
    let found = state.conversation(opened.id, &id("iris"), later).await.unwrap();
    assert_eq!(found.as_ref(), Some(&longer));
    let shorter = state
        .advance(&longer, contents("now"), home.until(310), later)
        .await
        .unwrap();
    let found = state
        .conversation(opened.id, &id("iris"), shorter.now.until.at())
        .await;
    assert_eq!(found.unwrap(), None);
}

pub(super) async fn the_largest_that_is_allowed_comes_back_as_it_was(home: &Home) {
    let words = format!("\u{0}\"é\u{fffe}𝄞{}", "x".repeat(1900));
    let value = json!({ "a": [1, -2.5, null, true, { "b": "" }], "w": words });
    let room = 2048 - value.to_string().len();
    let value = json!({ "a": value["a"], "w": words + &"x".repeat(room) });
    assert_eq!(value.to_string().len(), 2048);
    let opening = Opening {
        contents: Contents::new(value.clone()).unwrap(),
        about: None,
        ..home.opening()
    };
    let opened = home.state.open(&opening, home.now).await.unwrap();
    let found = home.state.conversation(opened.id, &id("iris"), home.now).await;
    let found = found.unwrap().unwrap();
    assert_eq!(found.now.contents.value(), &value);
    assert_eq!(found, opened);
    let mut larger = value;
    larger["w"] = format!("{}x", larger["w"].as_str().unwrap()).into();
    assert!(Contents::new(larger).is_err());
}
