//! The command line, as an operator of the processes has it.

use crate::{TestNetwork, program};
use chassis::Transport;
use serde_json::Value;
use std::process::Stdio;
use testkit::witness;
use tokio::process::Command;

/// How a command ended, and what it said.
#[derive(Debug)]
pub struct Said {
    /// Its exit code.
    pub code: Option<i32>,
    /// What it wrote to stdout.
    pub data: String,
    /// What it wrote to stderr.
    pub talk: String,
}

impl Said {
    /// Its data as JSON, if all was well.
    ///
    /// # Panics
    /// When it was not.
    #[must_use]
    #[track_caller]
    pub fn json(&self) -> Value {
        assert_eq!(self.code, Some(0), "{self:?}");
        serde_json::from_str(&self.data).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl TestNetwork {
    /// The way of a service to the bus, as the test has it.
    ///
    /// # Panics
    /// When there is no such service.
    #[must_use]
    pub fn transport_of(&self, service: &str) -> &Transport {
        let member = self
            .network
            .members
            .iter()
            .find(|member| member.service.name == service);
        &member
            .unwrap_or_else(|| panic!("there is no {service}"))
            .transport
    }

    /// What `valine` says to these arguments, however it ends: the program, told where the same database, bus and queues are.
    ///
    /// # Panics
    /// When there are no processes, or it tells a secret.
    pub async fn valine(&self, arguments: &[&str]) -> Said {
        let processes = self.processes.as_ref().expect("processes");
        let output = Command::new(program("valine"))
            .args(arguments)
            .env_clear()
            .envs(processes.aws().variables())
            .env("DATABASE_URL", self.database.administrator())
            .env("SECRET_KEY", self.settings.secrets.to_hex())
            .env("VALINE_ROOT", self.folder().join("operator"))
            .current_dir(self.folder())
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await
            .expect("it can be started");
        let text = |bytes| String::from_utf8(bytes).expect("text");
        let said = Said {
            code: output.status.code(),
            data: text(output.stdout),
            talk: text(output.stderr),
        };
        for words in [&said.data, &said.talk] {
            witness().overhears(&format!("valine {arguments:?}"), words);
        }
        said
    }
}
