//! Every query. In each that finds, `$1` is who asks (nullable) and `$2` whether it is a moderator, as `audience`
//! wants it; the policy stands in the innermost `WHERE`, so that totals count only what the asker may see.

pub(crate) mod counts;
pub(crate) mod credits;
pub(crate) mod files;
pub(crate) mod holdings;
pub(crate) mod people;
pub(crate) mod posts;
pub(crate) mod reactions;
pub(crate) mod shadow;

use uuid::Uuid;

/// A place in a list of finds: the score, then the id, both descending. Ids sort by birth, so the newer comes first.
pub(crate) type Place = (i64, Uuid);

/// Which documents are written: those that are searched, or those that are being made anew to take their place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Index {
    Live,
    Shadow,
}

/// SQL: what `$3` asks for, as somebody typed it.
macro_rules! typed {
    () => {
        "asked($3)"
    };
}
pub(crate) use typed;

/// SQL: any of the words that `$3` asks for, made once. By them is ranked and marked what has all of them.
macro_rules! any_typed {
    () => {
        "(SELECT any_of(asked($3)))"
    };
}
pub(crate) use any_typed;

/// SQL: what `$3` asks for, with typing errors forgiven. Made once, as it is long; no words at all find nothing. It takes
/// milliseconds to hold a single text against it, so it is put to indexes alone.
macro_rules! forgiving {
    () => {
        "(SELECT to_tsquery('words', nullif($3, '')))"
    };
}
pub(crate) use forgiving;

/// SQL: those words of a document that were asked for when typing errors are forgiven.
macro_rules! any_forgiven {
    ($document:literal) => {
        concat!(
            "(SELECT coalesce(string_agg(quote_literal(word), ' | '), '')::tsquery FROM unnest(tsvector_to_array(",
            $document,
            ")) word WHERE word IN (SELECT unnest(tsvector_to_array(to_tsvector('words', $3)))))"
        )
    };
}
pub(crate) use any_forgiven;

/// SQL: whether the person `p` may be found by the asker.
macro_rules! listed {
    () => {
        concat!(
            "(NOT p.removed AND (p.searchable OR p.id = $1::uuid) AND ",
            audience::not_blocked!("p.id"),
            ")"
        )
    };
}
pub(crate) use listed;
