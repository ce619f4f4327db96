//! Hashing passwords: slow on purpose, so it is done away from the threads that answer, by a bounded number at a time.

use crate::model::{Password, PasswordHash};
use base64::Engine;
use base64::alphabet::BCRYPT;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD, STANDARD};
use chassis::{Refusal, Result, Secrets};
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// How many may wait for each one that is worked on. A hash takes about 60 ms, so the last waits for half a second.
const WAITING_FOR_EACH: usize = 8;

/// Longest wait, should the machine be slower than that.
const PATIENCE: Duration = Duration::from_secs(2);

/// bcrypt over a keyed hash: of any length and with any character, and worth nothing to whoever has the database alone.
#[derive(Clone)]
pub(crate) struct Passwords {
    secrets: Secrets,
    cost: u32,
    /// Admits those who wait or work.
    queue: Arc<Semaphore>,
    /// Admits those who work.
    seats: Arc<Semaphore>,
    /// The hash of a password that nobody has.
    nobodys: Arc<str>,
}

impl Passwords {
    pub(crate) fn new(secrets: &Secrets, cost: u32) -> Self {
        if cost < 10 {
            tracing::warn!(
                cost,
                "passwords are hashed with less work than is safe; for tests only"
            );
        }
        let seats = available_parallelism().map_or(1, usize::from);
        Self {
            secrets: secrets.clone(),
            cost,
            queue: Arc::new(Semaphore::new(seats * (1 + WAITING_FOR_EACH))),
            seats: Arc::new(Semaphore::new(seats)),
            nobodys: nobodys(cost).into(),
        }
    }

    /// What is kept of a password.
    ///
    /// # Errors
    /// 503 `UNAVAILABLE` when too many wait.
    pub(crate) async fn hash(&self, password: &Password) -> Result<PasswordHash> {
        let (prepared, cost) = (self.prepare(password), self.cost);
        let hash = self
            .work(move || bcrypt::non_truncating_hash(prepared, cost))
            .await??;
        Ok(PasswordHash(hash))
    }

    /// Whether this is the password. Where there is none to compare with, it takes the same time to say no.
    ///
    /// # Errors
    /// 503 `UNAVAILABLE` when too many wait.
    pub(crate) async fn verify(&self, claimed: &Password, kept: Option<&str>) -> Result<bool> {
        let prepared = self.prepare(claimed);
        let against = kept.unwrap_or(&self.nobodys).to_owned();
        let is_same = self
            .work(move || bcrypt::non_truncating_verify(prepared, &against))
            .await??;
        Ok(is_same && kept.is_some())
    }

    /// 44 characters for a password of any length: bcrypt looks at 72 bytes at most, and stops at a NUL.
    fn prepare(&self, password: &Password) -> String {
        STANDARD.encode(self.secrets.digest("password", &[password.as_bytes()]))
    }

    /// Runs on a thread that may be busy, when it is its turn.
    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let _place = self.queue.try_acquire().map_err(|_full| busy())?;
        let turn = timeout(PATIENCE, self.seats.clone().acquire_owned());
        let seat = turn.await.map_err(|_elapsed| busy())??;
        let done = tokio::task::spawn_blocking(move || {
            // Kept until the work ends, also when the asker has gone away meanwhile.
            let _seat = seat;
            work()
        });
        Ok(done.await?)
    }
}

fn busy() -> Refusal {
    Refusal::unavailable("Too many people are logging in at this moment; try again")
}

/// In the form of a hash, a salt and a digest out of nothing: comparing with it costs the same, and nobody knows a password of
/// it. Hashing one would cost every process its first hundred milliseconds, of which most never see a password.
fn nobodys(cost: u32) -> String {
    let written = GeneralPurpose::new(&BCRYPT, NO_PAD);
    let (salt, digest): ([u8; 16], [u8; 23]) = (rand::random(), rand::random());
    format!("$2b${cost:02}${}{}", written.encode(salt), written.encode(digest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chassis::Error;

    fn passwords() -> Passwords {
        Passwords::new(&Secrets::random(), 4)
    }

    fn typed(text: &str) -> Password {
        Password::claimed(text)
    }

    #[tokio::test]
    async fn every_character_of_a_password_counts_however_long_it_is() {
        let passwords = passwords();
        for length in [8, 71, 72, 73, 128, 256] {
            let text = "é".repeat(length);
            let hash = passwords.hash(&typed(&text)).await.unwrap().0;
            assert!(passwords.verify(&typed(&text), Some(&hash)).await.unwrap());
            for other in [
                format!("{text}x"),
                "é".repeat(length - 1),
                text.replacen('é', "e", 1),
            ] {
                assert!(
                    !passwords.verify(&typed(&other), Some(&hash)).await.unwrap(),
                    "{length}"
                );
            }
        }
        let hash = passwords.hash(&typed("before\0after")).await.unwrap().0;
        assert!(
            !passwords
                .verify(&typed("before\0other"), Some(&hash))
                .await
                .unwrap()
        );
        assert!(!passwords.verify(&typed("before"), Some(&hash)).await.unwrap());
    }

    #[tokio::test]
    async fn a_hash_is_salted_keyed_and_of_the_cost_asked_for() {
        let (ours, theirs) = (passwords(), passwords());
        let hash = ours.hash(&typed("correct horse")).await.unwrap().0;
        assert_ne!(hash, ours.hash(&typed("correct horse")).await.unwrap().0);
        assert!(hash.starts_with("$2b$04$"), "{hash}");
        assert!(!theirs.verify(&typed("correct horse"), Some(&hash)).await.unwrap());
    }

    #[tokio::test]
    async fn without_an_account_the_same_work_is_done_and_the_answer_is_no() {
        let passwords = passwords();
        let hash = passwords.hash(&typed("correct horse")).await.unwrap().0;
        // The same algorithm at the same cost: what bcrypt takes depends on nothing else.
        assert_eq!(passwords.nobodys.get(..7), hash.get(..7));
        assert_eq!(passwords.nobodys.len(), hash.len());
        assert!(!passwords.verify(&typed("correct horse"), None).await.unwrap());
    }

    #[tokio::test]
    async fn when_too_many_wait_the_next_is_told_when_to_come_again() {
        let passwords = passwords();
        let places = u32::try_from(passwords.queue.available_permits()).unwrap();
        let taken = passwords.queue.clone().acquire_many_owned(places).await.unwrap();
        let refused = passwords.hash(&typed("correct horse")).await.unwrap_err();
        let Error::Refused(refusal) = refused else {
            panic!("{refused:?}")
        };
        assert_eq!((refusal.status.as_u16(), refusal.code), (503, "UNAVAILABLE"));
        assert!(refusal.retry_after.is_some());
        drop(taken);
        assert!(passwords.hash(&typed("correct horse")).await.is_ok());
    }
}
