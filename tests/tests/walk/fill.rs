//! What is put where an operation asks for something. Ids are Ada's; whoever adds a route says here which of them belongs
//! in it, and until then the walks fail and say so.

use crate::document::{Field, Operation, Place, Shape};
use crate::world::{Things, WORD, World};
use axum::body::Body;
use http::{Method, Request, header};
use serde_json::{Map, Value, json};
use std::fmt;
use testkit::{Answer, Client};

/// What an id names.
#[derive(Clone, Copy, Debug)]
enum Thing {
    Post,
    Comment,
    Account,
    Username,
    Media,
    Credit,
    School,
    Link,
    Session,
    Report,
    DeadLetter,
    Export,
    Receipt,
}

/// In addresses: what stands before, and the parameter's name.
const IN_PATHS: [(&str, &str, Thing); 18] = [
    ("posts", "id", Thing::Post),
    ("comments", "commentId", Thing::Comment),
    ("users", "username", Thing::Username),
    ("credits", "id", Thing::Credit),
    ("education", "id", Thing::School),
    ("links", "id", Thing::Link),
    ("media", "id", Thing::Media),
    ("sessions", "id", Thing::Session),
    ("reports", "id", Thing::Report),
    ("export", "id", Thing::Export),
    ("receipts", "token", Thing::Receipt),
    ("follow", "userId", Thing::Account),
    ("unfollow", "userId", Thing::Account),
    ("connections", "userId", Thing::Account),
    ("blocks", "userId", Thing::Account),
    ("relationship", "userId", Thing::Account),
    ("accounts", "id", Thing::Account),
    ("dead-letters", "id", Thing::DeadLetter),
];

/// In queries and bodies, by name: ids, and lists of them.
const BY_NAME: [(&str, Thing); 8] = [
    ("authorId", Thing::Account),
    ("userId", Thing::Account),
    ("parentId", Thing::Comment),
    ("mediaId", Thing::Media),
    ("mediaIds", Thing::Media),
    ("avatarMediaId", Thing::Media),
    ("bannerMediaId", Thing::Media),
    // Of PUT /users/me/credits/order.
    ("ids", Thing::Credit),
];

/// Values that are right, where any text or number would not be. Of queries all are asked, of bodies the first.
const VALUES: [(&str, &[&str]); 21] = [
    ("q", &[WORD, "ada"]),
    ("tag", &[WORD]),
    ("since", &["2020-01-01"]),
    ("until", &["2999-01-01T00:00:00Z"]),
    ("type", &["users", "posts", "credits"]),
    ("consumer", &["search-indexer"]),
    ("error", &[WORD]),
    ("reveal", &["true"]),
    ("size", &["thumb"]),
    ("limit", &["1", "100"]),
    ("url", &["https://walrus.example/"]),
    ("vanityUrl", &["walrus-walrus"]),
    ("fileName", &["walrus.png"]),
    ("fileType", &["image/png"]),
    ("fileSize", &["70"]),
    ("width", &["2"]),
    ("height", &["3"]),
    ("duration", &["1.5"]),
    ("year", &["2001"]),
    ("startYear", &["2001"]),
    ("endYear", &["2002"]),
];

/// A request to be made.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) method: Method,
    pub(crate) address: String,
    pub(crate) body: Option<Value>,
}

impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.address)?;
        match &self.body {
            Some(body) => write!(f, " {body}"),
            None => Ok(()),
        }
    }
}

/// Makes it.
pub(crate) async fn send(client: &Client, ask: &Ask) -> Answer {
    client
        .send(ask.method.clone(), &ask.address, ask.body.clone())
        .await
}

/// The same with a body of any bytes.
pub(crate) fn request(ask: &Ask, kind: Option<&[u8]>, body: impl Into<Body>) -> Request<Body> {
    let mut request = Request::builder().method(ask.method.clone()).uri(&ask.address);
    if let Some(kind) = kind {
        request = request.header(header::CONTENT_TYPE, kind);
    }
    request.body(body.into()).expect("a request")
}

/// Fills operations.
pub(crate) struct Filler<'a> {
    things: &'a Things,
    accounts: Vec<String>,
    username: &'a str,
    receipt: &'a str,
    /// Whether the account may be deleted: once it is, nothing else can be asked.
    leaves: bool,
    /// Texts whose meaning is who asks.
    own: [(&'static str, String); 8],
    /// Of the link by which a password is set anew; a token is the one that confirms an address elsewhere.
    reset: String,
}

impl<'a> Filler<'a> {
    /// With all that is Ada's, as somebody would who has seen or guessed it.
    pub(crate) fn stranger(world: &'a World) -> Self {
        Self {
            things: &world.things,
            accounts: vec![world.ada.id.clone()],
            username: &world.ada.username,
            receipt: &world.receipt,
            leaves: false,
            own: [
                ("email", world.ada.email.clone()),
                ("username", world.ada.username.clone()),
                ("password", "not her password".to_owned()),
                (
                    "token",
                    world.things.verifications.first().cloned().unwrap_or_default(),
                ),
                ("currentPassword", "not her password".to_owned()),
                ("newPassword", "a stranger's password".to_owned()),
                ("newEmail", world.ada.email.clone()),
                ("newUsername", world.ada.username.clone()),
            ],
            reset: world.things.verifications.first().cloned().unwrap_or_default(),
        }
    }

    /// As Ada herself may: the accounts are those of people she knows.
    pub(crate) fn owner(world: &'a World) -> Self {
        Self {
            accounts: world.people.clone(),
            own: [
                ("email", world.ada.email.clone()),
                ("username", "somebody_new".to_owned()),
                ("password", world.ada.password.clone()),
                ("token", world.token.clone()),
                ("currentPassword", world.ada.password.clone()),
                // The one she has: who asks next needs it.
                ("newPassword", world.ada.password.clone()),
                ("newEmail", "ada.elsewhere@mail.example".to_owned()),
                ("newUsername", world.ada.username.clone()),
            ],
            reset: world.reset.clone(),
            ..Self::stranger(world)
        }
    }

    /// The same, and she deletes her account when it is asked.
    pub(crate) fn leaver(world: &'a World) -> Self {
        Self {
            leaves: true,
            ..Self::owner(world)
        }
    }

    /// Every way to ask this with what is hers.
    pub(crate) fn requests(&self, operation: &Operation) -> Vec<Ask> {
        let mut asks = Vec::new();
        for path in self.paths(operation) {
            for query in self.queries(operation) {
                for body in self.bodies(operation) {
                    let address = format!("{path}{query}");
                    asks.push(Ask {
                        method: operation.method.clone(),
                        address,
                        body,
                    });
                }
            }
        }
        asks
    }

    /// One that everything is right with, as far as can be told.
    pub(crate) fn request(&self, operation: &Operation) -> Ask {
        let first = self.requests(operation).into_iter().next();
        first.unwrap_or_else(|| panic!("{}: there is no way to ask it", operation.name()))
    }

    fn paths(&self, operation: &Operation) -> Vec<String> {
        let mut paths = vec![String::new()];
        let mut before = "";
        for segment in operation.path.split('/').skip(1) {
            let values = match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
                Some(name) => self.in_path(operation, before, name),
                None => vec![segment.to_owned()],
            };
            paths = paths
                .iter()
                .flat_map(|path| values.iter().map(move |value| format!("{path}/{value}")))
                .collect();
            before = segment;
        }
        paths
    }

    fn in_path(&self, operation: &Operation, before: &str, name: &str) -> Vec<String> {
        let known = IN_PATHS
            .iter()
            .find(|(known, named, _)| (*known, *named) == (before, name));
        let Some((_, _, thing)) = known else {
            panic!(
                "{}: the walker does not know what {{{name}}} behind `{before}` is. Say in IN_PATHS of fill.rs which of Ada's \
                 things belongs there; if she has none yet, give her one in world.rs",
                operation.name()
            );
        };
        self.ids(*thing)
    }

    fn ids(&self, thing: Thing) -> Vec<String> {
        match thing {
            Thing::Post => self.things.posts.clone(),
            Thing::Comment => self.things.comments.clone(),
            Thing::Account => self.accounts.clone(),
            Thing::Username => vec![self.username.to_owned()],
            Thing::Media => self.things.media.clone(),
            Thing::Credit => self.things.credits.clone(),
            Thing::School => self.things.schools.clone(),
            Thing::Link => self.things.links.clone(),
            Thing::Session => self.things.sessions.clone(),
            Thing::Report => self.things.reports.clone(),
            // Of nobody: what is refused to her is refused before that is seen.
            Thing::DeadLetter => vec!["search-indexer:4711".to_owned()],
            Thing::Export => self.things.exports.clone(),
            Thing::Receipt => vec![self.receipt.to_owned()],
        }
    }

    /// Without what may be absent, and with each of that in turn.
    fn queries(&self, operation: &Operation) -> Vec<String> {
        let (required, optional): (Vec<_>, Vec<_>) = operation
            .parameters_in(Place::Query)
            .partition(|field| field.is_required);
        let pair = |field: &Field, value: String| format!("{}={value}", field.name);
        let base: Vec<_> = required
            .iter()
            .map(|field| pair(field, self.in_query(operation, field).remove(0)))
            .collect();
        let mut queries = vec![base.clone()];
        for field in required.iter().chain(&optional) {
            for value in self.in_query(operation, field) {
                let others = required.iter().filter(|other| other.name != field.name);
                let others = others.map(|other| pair(other, self.in_query(operation, other).remove(0)));
                queries.push(others.chain([pair(field, value)]).collect());
            }
        }
        let written = queries.into_iter().map(|pairs| match pairs.is_empty() {
            true => String::new(),
            false => format!("?{}", pairs.join("&")),
        });
        written.collect()
    }

    fn in_query(&self, operation: &Operation, field: &Field) -> Vec<String> {
        if field.name == "cursor" {
            // Of nobody: places in lists are asked for in bad_addresses.rs and stranger.rs.
            return Vec::new();
        }
        if let Shape::OneOf(values) = &field.shape {
            return values.clone();
        }
        if let Some(thing) = by_name(&field.name) {
            return self.ids(thing);
        }
        if let Some(values) = values(&field.name) {
            return values.iter().map(|value| (*value).to_owned()).collect();
        }
        panic!(
            "{}: the walker does not know what `{}` of its query is. Say in BY_NAME or VALUES of fill.rs what belongs there",
            operation.name(),
            field.name
        );
    }

    /// With everything, with what must be there, and with that and each thing of hers in turn.
    fn bodies(&self, operation: &Operation) -> Vec<Option<Value>> {
        let Some(fields) = &operation.body else {
            return vec![None];
        };
        let value = |field: &Field| {
            (
                field.name.clone(),
                self.value(operation, &field.name, &field.shape),
            )
        };
        let all: Map<_, _> = fields.iter().map(value).collect();
        let required: Map<_, _> = fields
            .iter()
            .filter(|field| field.is_required)
            .map(value)
            .collect();
        let mut bodies = vec![all, required.clone()];
        for field in fields {
            let Some(thing) = by_name(&field.name) else {
                continue;
            };
            for id in self.ids(thing) {
                let mut body = required.clone();
                let is_list = matches!(field.shape, Shape::List(_));
                body.insert(field.name.clone(), if is_list { json!([id]) } else { json!(id) });
                bodies.push(body);
            }
        }
        bodies.dedup();
        bodies.into_iter().map(|body| Some(Value::Object(body))).collect()
    }

    /// A value that is right.
    fn value(&self, operation: &Operation, name: &str, shape: &Shape) -> Value {
        match shape {
            Shape::OneOf(options) => json!(options[0]),
            Shape::YesOrNo => json!(true),
            Shape::Object(fields) => {
                let value = |field: &Field| {
                    (
                        field.name.clone(),
                        self.value(operation, &field.name, &field.shape),
                    )
                };
                Value::Object(fields.iter().map(value).collect())
            }
            Shape::List(item) => json!([self.value(operation, name, item)]),
            Shape::Id => {
                let thing = by_name(name).unwrap_or_else(|| {
                    panic!(
                        "{}: the walker does not know what the id `{name}` of its body names. Say in BY_NAME of fill.rs which \
                         of Ada's things belongs there; if she has none yet, give her one in world.rs",
                        operation.name()
                    )
                });
                json!(self.ids(thing)[0])
            }
            Shape::Whole | Shape::Number => values(name)
                .and_then(|values| values[0].parse().ok())
                .map_or(json!(1), Value::Number),
            Shape::Text { .. } => json!(self.text(operation, name)),
        }
    }

    fn text(&self, operation: &Operation, name: &str) -> String {
        let is_new_account =
            operation.path.ends_with("/signup") && name == "email" && self.username != self.own[1].1;
        if is_new_account {
            return "somebody.new@mail.example".to_owned();
        }
        if operation.path.ends_with("/auth/account") && name == "password" && !self.leaves {
            return "not her password".to_owned();
        }
        if operation.path.ends_with("/reset-password") && name == "token" {
            return self.reset.clone();
        }
        let own = self
            .own
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value.clone());
        own.or_else(|| values(name).map(|values| values[0].to_owned()))
            .unwrap_or_else(|| WORD.to_owned())
    }
}

fn by_name(name: &str) -> Option<Thing> {
    BY_NAME
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, thing)| *thing)
}

/// Values that are right for a name, where any would not be.
pub(crate) fn values(name: &str) -> Option<&'static [&'static str]> {
    VALUES
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, values)| *values)
}
