//! How mail leaves: by Amazon SES where a sender is configured, and else into the development mailbox.
//!
//! What is sent by SES is kept nowhere here, for there are links in it by which somebody is let in. It is sent before the
//! transaction of its event ends: should that fail afterwards, the event comes again and so does the mail.

use crate::store::mail::{self, Kept};
use anyhow::{Context, anyhow};
use aws_sdk_ses::Client;
use aws_sdk_ses::config::Builder;
use aws_sdk_ses::config::timeout::TimeoutConfig;
use aws_sdk_ses::error::ProvideErrorMetadata;
use aws_sdk_ses::types::{Body, Content, Destination, Message};
use chassis::Error;
use chassis::config::Reader;
use diesel_async::AsyncPgConnection;
use events::{AccountId, EventId};
use std::sync::Arc;
use std::time::Duration;

/// For one mail, with repetitions. The transaction of its event is open meanwhile.
const LIMIT: Duration = Duration::from_secs(10);

/// In whose name SES sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sender {
    /// An address that SES was told to trust, maybe with a name before it.
    from: String,
    /// The configuration set, if not that of the sender.
    configuration_set: Option<String>,
}

impl Sender {
    /// Reads `MAIL_FROM` and `MAIL_CONFIGURATION_SET`; what is wrong with them is noted in the reader.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let configuration_set = reader.optional(
            "MAIL_CONFIGURATION_SET",
            "how SES sends: the name of a configuration set",
        );
        let from: String = reader.optional(
            "MAIL_FROM",
            "in whose name mail is sent by SES; mail is kept in the development mailbox where it is not set",
        )?;
        if !from.contains('@') || from.chars().any(char::is_control) {
            reader.problem("MAIL_FROM must be an address, as in: Joint <hello@joint.example>");
        }
        Some(Self {
            from,
            configuration_set,
        })
    }
}

#[expect(
    clippy::disallowed_types,
    reason = "it is no global: the service's value holds it"
)]
type Connected = tokio::sync::OnceCell<Client>;

/// The way that mail takes.
#[derive(Clone)]
pub(crate) enum Mailer {
    /// Into the development mailbox.
    Mailbox,
    /// By SES, which is connected when there is something to send.
    Ses(Arc<Sender>, Arc<Connected>),
}

impl Mailer {
    pub(crate) fn new(sender: Option<&Sender>) -> Self {
        match sender {
            None => Self::Mailbox,
            Some(sender) => Self::Ses(Arc::new(sender.clone()), Arc::default()),
        }
    }

    /// Sends a mail about an account, once for each event.
    ///
    /// # Errors
    /// When SES does not take it, or the database says so.
    pub(crate) async fn send(
        &self,
        conn: &AsyncPgConnection,
        (event, account): (EventId, AccountId),
        mail: &Kept,
    ) -> chassis::Result<()> {
        match self {
            Self::Mailbox => {
                mail::insert(conn, event, account, mail).await?;
            }
            Self::Ses(sender, client) => {
                let client = client.get_or_init(connect).await;
                let sent = send(client, sender, mail).await;
                sent.context("a mail was not sent").map_err(Error::Failed)?;
            }
        }
        Ok(())
    }
}

async fn connect() -> Client {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(2))
        .operation_timeout(LIMIT)
        .build();
    let means = chassis::aws::means().await;
    Client::from_conf(Builder::from(&means).timeout_config(timeouts).build())
}

async fn send(client: &Client, sender: &Sender, mail: &Kept) -> anyhow::Result<()> {
    let content = |data: &str| Content::builder().data(data).charset("UTF-8").build();
    let message = Message::builder()
        .subject(content(&mail.subject)?)
        .body(Body::builder().text(content(&mail.text)?).build())
        .build();
    let sent = client
        .send_email()
        .source(&sender.from)
        .set_configuration_set_name(sender.configuration_set.clone())
        .destination(Destination::builder().to_addresses(&mail.recipient).build())
        .message(message)
        .send()
        .await;
    match sent {
        Ok(_) => Ok(()),
        // Its words would name the addressee, and they go to the log.
        Err(error) => match error.code() {
            Some(code) => Err(anyhow!("SES refused it: {code}")),
            None => Err(anyhow!("SES did not answer as it should")),
        },
    }
}
