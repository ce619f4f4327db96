//! Somebody is handed out what they asked, or taken out of it.

use super::home::{Home, contents, id};
use chassis::erasure::Progress;
use chrono::TimeDelta;
use orchestrator::state::{Asked, Contents, Held, Id, Opening, Taken};
use serde_json::json;

impl Home {
    /// Until there is no more, as who erases people goes on.
    async fn forget(&self, person: &Id) -> usize {
        for steps in 1.. {
            match self.state.forget(person).await.unwrap() {
                Progress::More => {}
                Progress::Done => return steps,
                Progress::Later => panic!("nobody else is at work"),
            }
        }
        0
    }

    /// Ada asked, in every stage that there is, about Grace and about nothing; and speaks about Grace.
    async fn busy(&self) {
        for (number, is_about) in [("1", true), ("2", false), ("3", true)] {
            let asked = Asked {
                about: is_about.then(|| id("grace")),
                ..self.asked(number)
            };
            self.take(&asked).await;
        }
        let lease = self.begin(&id("2"), self.now).await;
        self.begin(&id("3"), self.now).await;
        let done = super::home::done("DONE");
        self.state.end(&id("2"), lease, &done, self.now).await.unwrap();
        let words = json!({ "reason": "because of what happened at the bakery" });
        let spoken = Opening {
            contents: Contents::new(words.clone()).unwrap(),
            ..self.opening()
        };
        let opened = self.state.open(&spoken, self.now).await.unwrap();
        let next = Contents::new(words).unwrap();
        self.state
            .advance(&opened, next, self.until(300), self.now)
            .await
            .unwrap();
        let closed = self.state.open(&self.opening(), self.now).await.unwrap();
        self.state.close(&closed, self.now).await.unwrap();
        let alone = Opening {
            about: None,
            ..self.opening()
        };
        self.state.open(&alone, self.now).await.unwrap();
    }
}

pub(super) async fn nothing_of_a_person_is_left(home: &Home) {
    home.busy().await;
    assert!(home.holding("iris").await > 0 && home.holding("bakery").await == 1);
    home.forget(&id("iris")).await;
    assert_eq!((home.holding("iris").await, home.holding("bakery").await), (0, 0));
    assert_eq!(home.holding("").await, 0, "nor any way that led to it");
    assert_eq!(home.forget(&id("iris")).await, 1, "it may be said again");
}

pub(super) async fn others_are_left_alone(home: &Home) {
    home.busy().await;
    let before = home.holding("").await;
    for other in ["edsger", "iri", "iriss", "1", "suspend"] {
        home.forget(&id(other)).await;
    }
    assert_eq!(home.holding("").await, before);
    let theirs = Asked {
        who: id("edsger"),
        about: Some(id("barbara")),
        ..home.asked("4")
    };
    home.take(&theirs).await;
    home.forget(&id("iris")).await;
    let found = home.state.interaction(&id("4"), home.now).await.unwrap();
    assert_eq!(found.unwrap().asked, theirs);
}

pub(super) async fn what_is_about_a_person_goes_with_them(home: &Home) {
    home.busy().await;
    home.forget(&id("grace")).await;
    assert_eq!(
        (home.holding("grace").await, home.holding("bakery").await),
        (0, 0)
    );
    let find = async |number| home.state.interaction(&id(number), home.now).await.unwrap();
    assert_eq!((find("1").await, find("3").await), (None, None));
    assert!(find("2").await.is_some(), "it is about nobody");
}

pub(super) async fn what_was_asked_anew_by_somebody_else_stays(home: &Home) {
    let first = home.take(&home.asked("1")).await;
    let later = first.asked.until.at();
    let anew = Asked {
        who: id("edsger"),
        about: None,
        until: home.until(3600),
        ..home.asked("1")
    };
    let Taken::Now(second) = home.state.take(&anew, later).await.unwrap() else {
        panic!("what has expired stands in the way");
    };
    for person in ["iris", "grace"] {
        home.forget(&id(person)).await;
        assert_eq!(home.holding(person).await, 0);
    }
    let found = home.state.interaction(&id("1"), later).await.unwrap();
    assert_eq!(found.as_ref(), Some(&second));
    let answered = home.state.answered_by(second.correlation_id, later).await;
    assert_eq!(answered.unwrap(), Some(second));
}

pub(super) async fn much_is_forgotten_step_by_step(home: &Home) {
    for number in 0..30 {
        home.take(&home.asked(&format!("{number}"))).await;
    }
    // What has expired is forgotten, too: it is there until somebody takes it away.
    let opened = home
        .state
        .open(&home.opening(), home.now - TimeDelta::days(6))
        .await;
    home.state
        .advance(&opened.unwrap(), contents("really"), home.until(1), home.now)
        .await
        .unwrap();
    home.forget(&id("iris")).await;
    assert_eq!(home.holding("").await, 0);
}

pub(super) async fn what_somebody_asked_is_handed_out_and_nothing_else(home: &Home) {
    home.busy().await;
    let by_another = Asked {
        who: id("edsger"),
        about: Some(id("iris")),
        ..home.asked("4")
    };
    home.take(&by_another).await;
    let held = home.state.held(&id("iris"), home.now).await.unwrap();
    let numbers: Vec<_> = held.interactions.iter().map(|it| it.asked.id.clone()).collect();
    assert_eq!(numbers, ["1", "2", "3"].map(id));
    assert_eq!(held.conversations.len(), 2, "one of three is closed");
    let spoken = held.conversations[0].now.contents.value();
    assert_eq!(spoken["reason"], "because of what happened at the bakery");
    let later = home.state.held(&id("iris"), home.after(61)).await.unwrap();
    assert_eq!((later.interactions.len(), later.conversations.len()), (0, 1));
    assert_eq!(
        home.state.held(&id("grace"), home.now).await.unwrap(),
        Held::default()
    );
}
