//! The tables of the embedded bus, made by an administrator.

use crate::service::schema_of;
use std::fmt::Write;
use store::migrate::role;

/// The statements that make every queue, and who may do what with it: publishers insert, only its consumer reads.
///
/// `consumers` are the services with a queue, `publishers` those that publish, `operators` those by which operators look
/// after queues. Running it again changes nothing.
#[must_use]
pub fn provision(consumers: &[&str], publishers: &[&str], operators: &[&str]) -> String {
    let mut sql = String::from("CREATE SCHEMA IF NOT EXISTS bus;\n");
    sql.push_str(
        "COMMENT ON SCHEMA bus IS 'The embedded transport: a table for each consuming queue, and its dead letters.';\n\
         CREATE TABLE IF NOT EXISTS bus.operator_action (\n\
             id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at TIMESTAMPTZ NOT NULL DEFAULT now(),\n\
             operator TEXT NOT NULL, action TEXT NOT NULL, queue TEXT, event_id UUID, detail JSONB NOT NULL DEFAULT '{}',\n\
             outcome TEXT CHECK (outcome IN ('done', 'gone', 'failed')));\n\
         COMMENT ON TABLE bus.operator_action IS 'What operators changed or looked at, one row each, written before it is done; its outcome is added, and whoever did it may be forgotten but for their id.';\n\
         COMMENT ON COLUMN bus.operator_action.outcome IS 'What became of a change to a dead letter; null while nobody knows.';\n\
         CREATE INDEX IF NOT EXISTS operator_action_operator ON bus.operator_action (operator);\n\
         CREATE INDEX IF NOT EXISTS operator_action_event ON bus.operator_action (event_id);\n\
         CREATE INDEX IF NOT EXISTS operator_action_letter ON bus.operator_action ((detail ->> 'id'));\n",
    );
    sql.push_str(FOR_OPERATORS);
    for service in consumers.iter().chain(publishers) {
        let _infallible = writeln!(sql, "GRANT USAGE ON SCHEMA bus TO {};", role(&schema_of(service)));
    }
    for service in consumers {
        let (queue, owner) = (schema_of(service), role(&schema_of(service)));
        // Rows live for milliseconds: vacuum by count, never by share, and without pausing.
        let storage = "WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, \
                       autovacuum_vacuum_cost_delay = 0)";
        let _infallible = write!(
            sql,
            "CREATE TABLE IF NOT EXISTS bus.{queue} (\n\
                 id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, event_id UUID, type TEXT, body TEXT NOT NULL,\n\
                 receive_count INTEGER NOT NULL DEFAULT 0, lost_leases INTEGER NOT NULL DEFAULT 0, lessee INTEGER,\n\
                 sent_at TIMESTAMPTZ NOT NULL DEFAULT now(), visible_at TIMESTAMPTZ NOT NULL DEFAULT now()) {storage};\n\
             CREATE INDEX IF NOT EXISTS {queue}_visible ON bus.{queue} (visible_at);\n\
             COMMENT ON TABLE bus.{queue} IS 'What {service} has yet to consume.';\n\
             CREATE TABLE IF NOT EXISTS bus.{queue}_dead (\n\
                 id BIGINT PRIMARY KEY, event_id UUID, type TEXT, body TEXT NOT NULL, receive_count INTEGER NOT NULL,\n\
                 sent_at TIMESTAMPTZ NOT NULL, died_at TIMESTAMPTZ NOT NULL DEFAULT now());\n\
             COMMENT ON TABLE bus.{queue}_dead IS 'What {service} failed to consume, until an operator replays or discards it.';\n\
             CREATE INDEX IF NOT EXISTS {queue}_dead_event ON bus.{queue}_dead (event_id);\n\
             GRANT SELECT, INSERT, UPDATE, DELETE ON bus.{queue} TO {owner};\n\
             GRANT SELECT, INSERT, UPDATE ON bus.{queue}_dead TO {owner};\n"
        );
        for publisher in publishers {
            let _infallible = writeln!(
                sql,
                "GRANT INSERT ON bus.{queue} TO {};",
                role(&schema_of(publisher))
            );
        }
    }
    for service in operators {
        let operator = role(&schema_of(service));
        let _infallible = writeln!(
            sql,
            "GRANT USAGE ON SCHEMA bus TO {operator};\n\
             GRANT SELECT, INSERT, UPDATE (outcome) ON bus.operator_action TO {operator};\n\
             GRANT EXECUTE ON FUNCTION bus.failures_of(text, uuid[]), bus.backlog_of(text), bus.forget_reasons(text) TO {operator};"
        );
        for queue in consumers.iter().map(|service| schema_of(service)) {
            let _infallible = writeln!(
                sql,
                "GRANT SELECT ON bus.{queue} TO {operator};\n\
                 GRANT SELECT, DELETE ON bus.{queue}_dead TO {operator};"
            );
        }
    }
    sql
}

/// The statements that write down which queue takes which types of events, in the place of what stood there. Whoever
/// publishes may read it, for a process that knows one service alone ([`Routes::load`](super::Routes::load)).
#[must_use]
pub fn subscribe(subscriptions: &[(&str, Vec<&'static str>)], publishers: &[&str]) -> String {
    let mut sql = String::from(
        "CREATE TABLE IF NOT EXISTS bus.subscription (queue TEXT NOT NULL, type TEXT NOT NULL, PRIMARY KEY (type, queue));\n\
         COMMENT ON TABLE bus.subscription IS 'Which queue takes which types of events, as the migrations of a release say.';\n\
         DELETE FROM bus.subscription;\n",
    );
    for (service, types) in subscriptions {
        let queue = schema_of(service);
        for kind in types {
            let _infallible = writeln!(sql, "INSERT INTO bus.subscription VALUES ('{queue}', '{kind}');");
        }
    }
    for publisher in publishers {
        let _infallible = writeln!(
            sql,
            "GRANT SELECT ON bus.subscription TO {};",
            role(&schema_of(publisher))
        );
    }
    sql
}

/// What operators may know of the insides of other schemas, and no more: how much waits, and why something failed; and the
/// one change of what is kept of operators, that somebody is erased. The administrator's rights are lent to these alone. A schema that is on another server answers nothing.
///
/// The tables belong to the services' roles, which could put a view there whose functions would run with the rights that
/// are lent; so only a plain table without policies is read, and nobody can exchange it after it was looked at.
const FOR_OPERATORS: &str = "\
CREATE OR REPLACE FUNCTION bus.is_plain(schema_name text, table_name text) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    relation regclass := to_regclass(format('%I.%I', schema_name, table_name));
BEGIN
    IF relation IS NULL THEN RETURN false; END IF;
    EXECUTE format('LOCK TABLE ONLY %s IN ACCESS SHARE MODE', relation);
    IF EXISTS (SELECT FROM pg_class WHERE oid = relation AND relkind IN ('r', 'p') AND NOT relrowsecurity)
        AND relation = to_regclass(format('%I.%I', schema_name, table_name)) THEN RETURN true; END IF;
    RAISE EXCEPTION '% is no plain table', relation;
END $$;
COMMENT ON FUNCTION bus.is_plain IS 'Whether there is such a table, held as it is until the transaction ends; fails where something else has its name.';
CREATE OR REPLACE FUNCTION bus.failures_of(schema_name text, events uuid[]) RETURNS TABLE (
    handler text, event_id uuid, fingerprint text, causes jsonb, attempts integer, release text,
    first_at timestamptz, last_at timestamptz, resolved_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF NOT bus.is_plain(schema_name, 'failure') THEN RETURN; END IF;
    RETURN QUERY EXECUTE format(
        'SELECT handler, event_id, fingerprint, causes, attempts, release, first_at, last_at, resolved_at
         FROM %I.failure WHERE event_id = ANY($1) ORDER BY event_id, handler', schema_name) USING events;
END $$;
COMMENT ON FUNCTION bus.failures_of IS 'Why these events failed in a schema; for operators.';
CREATE OR REPLACE FUNCTION bus.backlog_of(schema_name text) RETURNS TABLE (
    pending bigint, refused bigint, oldest_seconds double precision)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF NOT bus.is_plain(schema_name, 'outbox') THEN RETURN; END IF;
    RETURN QUERY EXECUTE format(
        'SELECT count(*), count(*) FILTER (WHERE attempts > 0),
         coalesce(extract(epoch FROM now() - min((envelope ->> ''occurredAt'')::timestamptz)), 0)::float8
         FROM %I.outbox WHERE published_at IS NULL', schema_name);
END $$;
COMMENT ON FUNCTION bus.backlog_of IS 'How much waits in the outbox of a schema; for operators.';
CREATE OR REPLACE FUNCTION bus.forget_reasons(who text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
    UPDATE bus.operator_action SET detail = detail - 'reason' WHERE operator = who AND detail ? 'reason';
$$;
COMMENT ON FUNCTION bus.forget_reasons IS 'Takes away what somebody who is erased wrote about what they did as an operator; all else of it stays.';
REVOKE ALL ON FUNCTION bus.is_plain(text, text), bus.failures_of(text, uuid[]), bus.backlog_of(text),
    bus.forget_reasons(text) FROM PUBLIC;
";
