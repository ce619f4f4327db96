//! SQL text that is prepared once per connection.
//!
//! `diesel::sql_query` prepares its text anew at every call, which costs a round trip and a plan each time.
//! A [`Statement`] has a text that never changes, so that it can be kept like any typed query.

use diesel::expression::QueryMetadata;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::{Error, QueryResult};
use diesel::serialize::ToSql;
use diesel::sql_types::{HasSqlType, Untyped};
use std::borrow::Cow;
use std::marker::PhantomData;

/// SQL text and its values. `$1`, `$2`, … must first appear in this order; each may come again later.
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

/// Writes the text up to each placeholder, then the value in its place.
pub trait Binds {
    /// How many values there are.
    const COUNT: usize;

    /// Writes what belongs to these values and answers the text that is left.
    ///
    /// # Errors
    /// When a placeholder is missing from the text, or a value cannot be sent.
    fn walk<'b>(&'b self, sql: &'b str, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<&'b str>;
}

impl Binds for () {
    const COUNT: usize = 0;

    fn walk<'b>(&'b self, sql: &'b str, _: &mut AstPass<'_, 'b, Pg>) -> QueryResult<&'b str> {
        Ok(sql)
    }
}

impl<B, ST, V> Binds for (B, Bound<ST, V>)
where
    B: Binds,
    V: ToSql<ST, Pg>,
    Pg: HasSqlType<ST>,
{
    const COUNT: usize = B::COUNT + 1;

    fn walk<'b>(&'b self, sql: &'b str, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<&'b str> {
        let rest = self.0.walk(sql, out)?;
        let placeholder = format!("${}", Self::COUNT);
        let Some((before, after)) = rest.split_once(&placeholder) else {
            return Err(Error::QueryBuilderError(
                format!("{placeholder} does not follow its predecessors in: {sql}").into(),
            ));
        };
        out.push_sql(before);
        out.push_bind_param::<ST, V>(&self.1.value)?;
        Ok(after)
    }
}

impl<B: Binds> QueryFragment<Pg> for Statement<B> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let rest = self.binds.walk(&self.sql, &mut out)?;
        out.push_sql(rest);
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
    fn a_placeholder_may_come_again_and_two_digits_are_not_one() {
        let query = statement("SELECT $1 + $2, $1 || '$10'")
            .bind::<Integer, _>(1)
            .bind::<Text, _>("b");
        assert!(
            debug_query::<Pg, _>(&query)
                .to_string()
                .starts_with("SELECT $1 + $2, $1 || '$10' -- binds: [1, \"b\"]")
        );
    }

    #[test]
    fn the_text_is_kept_between_calls() {
        let query = statement("SELECT $1").bind::<Integer, _>(1);
        assert!(QueryFragment::<Pg>::is_safe_to_cache_prepared(&query, &Pg).unwrap());
    }
}
