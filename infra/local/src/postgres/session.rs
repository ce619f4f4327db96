//! The first words with a server that is ready: is it ours, and has it what we need?

use anyhow::{Context, Result, bail};
use tokio_postgres::{Client, NoTls};

use super::binaries::EXTENSIONS;
use super::place::Place;

/// Checks the server behind `url` and answers its version. Sessions of a killed predecessor, if it was
/// left by one, are ended: what they had begun must not go on beside us.
pub(crate) async fn greet(url: &str, place: &Place, adopted: bool) -> Result<String> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.with_context(|| {
        format!(
            "the server in {} refuses its administrator's password",
            place.folder.display()
        )
    })?;
    tokio::select! {
        said = talk(&client, place, adopted) => said,
        ended = connection => match ended {
            Err(error) => Err(error).context("the server ended the first connection"),
            Ok(()) => bail!("the server ended the first connection"),
        },
    }
}

async fn talk(client: &Client, place: &Place, adopted: bool) -> Result<String> {
    let folder: String = client
        .query_one("SELECT current_setting('data_directory')", &[])
        .await?
        .get(0);
    if folder != place.data().to_string_lossy() {
        bail!(
            "the server that answers is not ours: its data lies in {folder}, not in {}",
            place.data().display()
        );
    }
    let wanted: Vec<&str> = EXTENSIONS.to_vec();
    let missing: Vec<String> = client
        .query(
            "SELECT wanted FROM unnest($1::text[]) AS wanted \
             WHERE wanted NOT IN (SELECT name::text FROM pg_available_extensions)",
            &[&wanted],
        )
        .await?
        .iter()
        .map(|row| row.get(0))
        .collect();
    if !missing.is_empty() {
        bail!(
            "this PostgreSQL lacks {}; install its contrib modules (`postgresql-contrib`), \
             or set VALINE_POSTGRES=npm to use the private copy",
            missing.join(", ")
        );
    }
    if adopted {
        end_former_sessions(client).await?;
    }
    Ok(client
        .query_one(
            "SELECT split_part(current_setting('server_version'), ' ', 1)",
            &[],
        )
        .await?
        .get(0))
}

async fn end_former_sessions(client: &Client) -> Result<()> {
    let former = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' \
                  AND pid <> pg_backend_pid() AND application_name <> 'psql'";
    client
        .execute(
            &format!("SELECT pg_terminate_backend(pid) FROM ({former}) AS former"),
            &[],
        )
        .await?;
    loop {
        let left: i64 = client
            .query_one(&format!("SELECT count(*) FROM ({former}) AS former"), &[])
            .await?
            .get(0);
        if left == 0 {
            return Ok(());
        }
        // The server's own clock: it sees its statistics anew in the next statement.
        client.execute("SELECT pg_sleep(0.01)", &[]).await?;
    }
}
