//! Roles of the database and their passwords, as Secrets Manager has them.

use anyhow::{Context, Result, bail};
use chassis::config::Environment;
use chassis::process::{Login, kept};
use std::collections::BTreeMap;
use store::migrate::{OPERATOR, role};

/// Where they are kept.
const ARNS: &str = "DATABASE_SECRET_ARNS";

/// Every role's password.
pub(super) struct Logins(BTreeMap<String, String>);

impl Logins {
    /// Reads those that the environment names.
    pub(super) async fn read(environment: &Environment) -> Result<Self> {
        let mut reader = environment.read();
        let meaning = "the roles and passwords of all services and of operators, comma-separated";
        let arns: Vec<String> = reader.list(ARNS, meaning);
        if arns.is_empty() {
            reader.problem(format!("{ARNS} is not set: {meaning}"));
        }
        reader.finish()?;
        let mut logins = BTreeMap::new();
        for (arn, text) in arns.iter().zip(kept::values(&arns).await.context(ARNS)?) {
            let text = text.with_context(|| format!("{ARNS}: {arn} holds nothing"))?;
            let login: Result<Login, _> = text.parse();
            let Login { username, password } =
                login.map_err(|what| anyhow::anyhow!("{ARNS}: {arn} {what}"))?;
            logins.insert(username, password);
        }
        Ok(Self(logins))
    }

    /// The role and password of this schema.
    pub(super) fn of(&self, schema: &str) -> Result<(String, &str)> {
        let role = role(schema);
        let password = self.password(&role)?;
        Ok((role, password))
    }

    /// The password of the operators' role.
    pub(super) fn operator(&self) -> Result<&str> {
        self.password(OPERATOR)
    }

    fn password(&self, role: &str) -> Result<&str> {
        let password = self.0.get(role);
        password
            .map(String::as_str)
            .with_context(|| format!("{ARNS} names no secret of the role {role}"))
    }

    /// Whose they are.
    pub(super) fn roles(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }

    /// That there are these schemas' and the operators', and no others: a secret that nobody uses is one that was misspelt.
    pub(super) fn must_be_of(&self, schemas: &[String]) -> Result<()> {
        self.operator()?;
        for schema in schemas {
            self.of(schema)?;
        }
        let known: Vec<_> = schemas.iter().map(|schema| role(schema)).collect();
        let unknown = self
            .0
            .keys()
            .find(|name| *name != OPERATOR && !known.contains(name));
        match unknown {
            Some(name) => bail!("{ARNS} names a secret of the role {name}, which no service has"),
            None => Ok(()),
        }
    }

    /// The environment in which each service's schema has the address of its own role, and the server is entered by the
    /// operators'.
    pub(super) fn told(&self, environment: Environment) -> Result<Environment> {
        let server = environment
            .get("DATABASE_URL")
            .context("DATABASE_URL is not set")?;
        let server = server.to_owned();
        let operators = store::as_role(&server, OPERATOR, self.operator()?)?;
        let mut told = environment.with("DATABASE_URL", operators);
        for (name, password) in &self.0 {
            let schema = name.strip_prefix(&role("")).filter(|_| name != OPERATOR);
            if let Some(schema) = schema {
                let variable = format!("{}_DATABASE_URL", schema.to_uppercase());
                told = told.with(&variable, store::as_role(&server, name, password)?);
            }
        }
        Ok(told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logins(roles: &[&str]) -> Logins {
        Logins(
            roles
                .iter()
                .map(|role| ((*role).to_owned(), "hush".to_owned()))
                .collect(),
        )
    }

    #[test]
    fn every_role_has_a_secret_and_every_secret_a_role() {
        let schemas = ["identity".to_owned(), "social_graph".to_owned()];
        let judged = |roles: &[&str]| {
            let judged = logins(roles).must_be_of(&schemas);
            judged.map_err(|error| error.to_string()).err()
        };
        let all = ["valine_identity", "valine_operator", "valine_social_graph"];
        assert_eq!(judged(&all), None);
        for missing in all {
            let others: Vec<_> = all.into_iter().filter(|role| *role != missing).collect();
            let said = judged(&others).unwrap_or_default();
            assert!(
                said.contains(&format!("no secret of the role {missing}")),
                "{said}"
            );
        }
        let said = judged(&[&all[..], &["social-graph"]].concat()).unwrap_or_default();
        assert!(
            said.contains("of the role social-graph, which no service has"),
            "{said}"
        );
    }

    #[test]
    fn each_service_is_reached_as_its_own_role_and_the_server_as_the_operators() {
        let environment = Environment::default().with("DATABASE_URL", "postgres://db.example/joint");
        let told = logins(&["valine_operator", "valine_social_graph"])
            .told(environment)
            .unwrap();
        let password = "hush";
        let address = |role: &str| format!("postgres://{role}:{password}@db.example/joint");
        assert_eq!(told.get("DATABASE_URL"), Some(&*address("valine_operator")));
        assert_eq!(
            told.get("SOCIAL_GRAPH_DATABASE_URL"),
            Some(&*address("valine_social_graph"))
        );
        assert_eq!(told.get("OPERATOR_DATABASE_URL"), None);
    }
}
