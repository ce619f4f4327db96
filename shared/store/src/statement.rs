//! SQL text that is prepared once per connection.
//!
//! `diesel::sql_query` prepares its text anew at every call, which costs a round trip and a plan each time.
//! A [`Statement`] has a text that never changes, so that it can be kept like any typed query.

use diesel::expression::QueryMetadata;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{HasSqlType, Untyped};
use std::borrow::Cow;
use std::marker::PhantomData;

/// SQL text and its values: `$1` is the first value bound, `$2` the second; each may stand anywhere, and more than once.
#[must_use = "a statement does nothing until it is loaded or executed"]
pub struct Statement<Binds = ()> {
    sql: Cow<'static, str>,
    binds: Binds,
}

/// Starts a statement. Give its values by [`Statement::bind`], in order; load it into `QueryableByName` rows.
///
/// A text that is not a literal must come from a small, fixed set: each is kept on every connection.
pub fn statement(sql: impl Into<Cow<'static, str>>) -> Statement {
    Statement {
        sql: sql.into(),
        binds: (),
    }
}

/// One value, with the SQL type it travels as.
pub struct Bound<ST, V> {
    value: V,
    sql_type: PhantomData<ST>,
}

impl<B> Statement<B> {
    /// Gives the next value.
    pub fn bind<ST, V>(self, value: V) -> Statement<(B, Bound<ST, V>)> {
        Statement {
            sql: self.sql,
            binds: (
                self.binds,
                Bound {
                    value,
                    sql_type: PhantomData,
                },
            ),
        }
    }
}

/// Writes each value's placeholder, in order.
pub trait Binds {
    /// Writes the placeholders.
    ///
    /// # Errors
    /// When a value cannot be sent.
    fn walk<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()>;
}

impl Binds for () {
    fn walk<'b>(&'b self, _: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        Ok(())
    }
}

impl<B, ST, V> Binds for (B, Bound<ST, V>)
where
    B: Binds,
    V: ToSql<ST, Pg>,
    Pg: HasSqlType<ST>,
{
    fn walk<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.walk(out)?;
        out.push_bind_param::<ST, V>(&self.1.value)
    }
}

impl<B: Binds> QueryFragment<Pg> for Statement<B> {
    /// Diesel numbers values where it writes their placeholders. It writes them into a comment, so that the text
    /// itself may name them in any order.
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("/* ");
        self.binds.walk(&mut out)?;
        out.push_sql(" */ ");
        out.push_sql(&self.sql);
        Ok(())
    }
}

impl<B> QueryId for Statement<B> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<B> Query for Statement<B> {
    type SqlType = Untyped;
}

impl<B, Conn> diesel::RunQueryDsl<Conn> for Statement<B> {}

#[expect(
    dead_code,
    reason = "states, for the compiler, that rows of a statement are read by name"
)]
fn rows_are_read_by_name()
where
    Pg: QueryMetadata<Untyped>,
{
}

#[cfg(test)]
mod tests {
    use super::*;
    use diesel::debug_query;
    use diesel::sql_types::{Integer, Text};

    #[test]
    fn values_are_numbered_in_the_order_of_binding_wherever_they_stand() {
        let query = statement("SELECT $2, $1, $2")
            .bind::<Integer, _>(1)
            .bind::<Text, _>("b");
        let shown = debug_query::<Pg, _>(&query).to_string();
        assert_eq!(shown, "/* $1$2 */ SELECT $2, $1, $2 -- binds: [1, \"b\"]");
    }

    #[test]
    fn the_text_is_kept_between_calls() {
        let query = statement("SELECT $1").bind::<Integer, _>(1);
        assert!(QueryFragment::<Pg>::is_safe_to_cache_prepared(&query, &Pg).unwrap());
    }
}
