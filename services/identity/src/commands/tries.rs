//! Counting what is tried in vain, so that guessing becomes slow.
//!
//! A try is counted before it is made, so that many at the same moment do not slip through together, and given back if
//! it was not in vain. A right password is counted by itself then: it cost as much as a wrong one.

use super::now;
use crate::app::App;
use crate::model::{Device, KnownDevice, Rule, SecurityEvent, Visitor, place};
use crate::store::security_log::{self, Line};
use crate::store::throttles;
use chassis::{Error, Result};
use diesel_async::AsyncPgConnection;
use events::AccountId;
use std::time::Duration;

/// The use of the operator's key is worth a line once an hour.
const NOTED: Rule = Rule {
    free: 1,
    first_wait: Duration::from_secs(3600),
    longest_wait: Duration::from_secs(3600),
    one_forgiven_in: Duration::from_secs(3600),
};

/// A try, with all that it counts against.
pub(crate) struct Tries {
    /// Always in the same order, for each is locked until the end of the transaction.
    against: Vec<(Vec<u8>, Rule)>,
    /// What counts when it was not in vain.
    right: Option<(Vec<u8>, Rule)>,
    /// Whose key lifts the limits, if anybody's.
    operator: Option<Device>,
}

impl Tries {
    fn new(app: &App, visitor: &Visitor, against: &[(&str, &[u8], Rule)]) -> Self {
        let operator = visitor.is_operator.then(|| visitor.device.clone());
        let against = against
            .iter()
            .filter(|_| operator.is_none())
            .map(|(what, whose, rule)| (key(app, what, whose), *rule));
        Self {
            against: against.collect(),
            right: None,
            operator,
        }
    }

    /// Which is of somebody's password: right ones count for them, too.
    fn of_password(mut self, app: &App, whose: &[u8]) -> Self {
        if self.operator.is_none() {
            self.right = Some((key(app, "right", whose), app.settings.rules.right));
        }
        self
    }

    /// A log-in. From a device that the account knows, only what is tried there counts: whatever others try elsewhere
    /// keeps nobody out who was here before.
    pub(super) fn log_in(
        app: &App,
        visitor: &Visitor,
        normalized_email: &str,
        known: Option<KnownDevice>,
    ) -> Self {
        let rules = &app.settings.rules;
        let email = normalized_email.as_bytes();
        if let Some(device) = known {
            let against = [("device", device.0.as_bytes().as_slice(), rules.device)];
            return Self::new(app, visitor, &against).of_password(app, email);
        }
        let place = place(visitor.device.ip_address);
        let against = [
            ("account", email, rules.account),
            ("address", place.as_bytes(), rules.address),
            ("overall", &[], rules.overall),
        ];
        Self::new(app, visitor, &against).of_password(app, email)
    }

    /// A password or code that somebody with a session enters.
    pub(super) fn confirmation(app: &App, visitor: &Visitor, account: AccountId) -> Self {
        let against = [(
            "confirmation",
            account.0.as_bytes().as_slice(),
            app.settings.rules.confirmation,
        )];
        Self::new(app, visitor, &against).of_password(app, account.0.as_bytes())
    }

    /// A sign-up, or a wish for another e-mail address: either is told who has an account.
    pub(crate) fn sign_up(app: &App, visitor: &Visitor) -> Self {
        let place = place(visitor.device.ip_address);
        Self::new(
            app,
            visitor,
            &[("sign-up", place.as_bytes(), app.settings.rules.sign_up)],
        )
    }

    /// Asking for a link, which is never given back.
    pub(super) fn link(app: &App, visitor: &Visitor) -> Self {
        let place = place(visitor.device.ip_address);
        Self::new(
            app,
            visitor,
            &[("links", place.as_bytes(), app.settings.rules.links)],
        )
    }

    /// Counts it, in a transaction of its own.
    ///
    /// # Errors
    /// 429 `RATE_LIMITED` when it has to wait; then it is not counted.
    pub(crate) async fn count(&self, app: &App) -> Result<()> {
        let count = async |conn: &mut AsyncPgConnection| self.take(app, conn).await;
        app.database.write(count).await
    }

    /// Counts it.
    ///
    /// # Errors
    /// 429 `RATE_LIMITED` when it has to wait; then nothing of the transaction may last.
    pub(super) async fn take(&self, app: &App, conn: &AsyncPgConnection) -> Result<()> {
        if let Some(device) = &self.operator {
            return note_operator(app, conn, device).await;
        }
        for (key, rule) in &self.against {
            if let Err(wait) = throttles::take(conn, key, *rule).await? {
                return Err(rule.refusal(wait).into());
            }
        }
        // Asked for an address without an account, too, so that the two take as long.
        if let Some((key, rule)) = &self.right {
            let wait = throttles::wait(conn, key).await?;
            if !wait.is_zero() {
                return Err(rule.refusal(wait).into());
            }
        }
        Ok(())
    }

    /// It was not in vain.
    ///
    /// # Errors
    /// When the database says so.
    pub(crate) async fn give_back(&self, conn: &AsyncPgConnection) -> Result<()> {
        self.uncount(conn).await?;
        if let Some((key, rule)) = &self.right {
            // Where many were right at one moment, those that came too late have been answered as well.
            let _too_many = throttles::take(conn, key, *rule).await?;
        }
        Ok(())
    }

    async fn uncount(&self, conn: &AsyncPgConnection) -> Result<()> {
        for (key, _rule) in &self.against {
            throttles::give_back(conn, key).await?;
        }
        Ok(())
    }

    /// It was not even tried: the reason, once it is given back.
    pub(super) async fn untried(&self, app: &App, reason: Error) -> Error {
        let uncount = async |conn: &mut AsyncPgConnection| self.uncount(conn).await;
        match app.database.write(uncount).await {
            Ok(()) => reason,
            Err(error) => error,
        }
    }
}

fn key(app: &App, what: &str, whose: &[u8]) -> Vec<u8> {
    app.secrets.digest("throttle", &[what.as_bytes(), whose]).to_vec()
}

/// Notes that the operator's key is used, for whatever it is.
///
/// # Errors
/// When the database says so.
pub(crate) async fn note_operator_use(app: &App, device: &Device) -> Result<()> {
    let note = async |conn: &mut AsyncPgConnection| note_operator(app, conn, device).await;
    app.database.write(note).await
}

/// Notes that limits are lifted by the operator's key, once for each address and hour.
async fn note_operator(app: &App, conn: &AsyncPgConnection, device: &Device) -> Result<()> {
    let place = place(device.ip_address);
    let key = app.secrets.digest("throttle", &[b"operator", place.as_bytes()]);
    if throttles::take(conn, &key, NOTED).await?.is_ok() {
        let line = Line {
            device: device.clone(),
            ..Line::default()
        };
        security_log::append(conn, SecurityEvent::OperatorKeyUsed, now(), &line).await?;
    }
    Ok(())
}
