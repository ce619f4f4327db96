//! `valine up`: the whole network on this machine, with nothing that was not there before but one folder.

use crate::installation::Installation;
use crate::network::{self, Network, Settings};
use crate::{mailbox, migrate, output};
use anyhow::{Context, Error, Result, anyhow, bail};
use axum::Router;
use chassis::http::Origins;
use chassis::{Database, process, telemetry};
use local::postgres::{Kind, Options, Postgres, Purpose};
use local::s3::{self, S3};
use local::{Lock, Progress};
use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;

/// For how long requests and messages in hand may take to end after Ctrl-C.
const PATIENCE: Duration = Duration::from_secs(10);

/// A log longer than this is begun anew at the next start.
const LONGEST_LOG: u64 = 100 * 1024 * 1024;

/// How to start.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  valine up
  PORT=9000 valine up
  DATABASE_URL=postgres://admin@127.0.0.1/joint valine up   that server instead of a private one

Everything lies in .valine: data, files, logs, keys. Remove that folder (and what it links to) to begin anew.")]
pub struct Args {
    /// Where to listen on this machine
    #[arg(long, env = "PORT", default_value_t = 8080)]
    port: u16,
    /// Only this kind of PostgreSQL: `system` or `npm`
    #[arg(long, env = "VALINE_POSTGRES", value_name = "KIND")]
    postgres: Option<Kind>,
    /// The build of the web app; without one there, everything else starts
    #[arg(long, env = "VALINE_WEB", value_name = "FOLDER", default_value = "web/dist")]
    web: PathBuf,
    /// What to log, to .valine/valine.log
    #[arg(long, env = "LOG", default_value = "info", value_name = "FILTER")]
    log: String,
}

/// Starts everything, says where it is, and runs until Ctrl-C.
///
/// # Errors
/// When something cannot be started; the message says what to do.
pub async fn run(installation: &Installation, args: Args) -> Result<()> {
    let started = Instant::now();
    let root = installation.root();
    network::check(installation.environment())?;
    local::require_room(root)?;
    let _lock = Lock::take(&root.join("lock"), &format!("the network in {}", root.display())).await?;
    start_logging(root, &args.log)?;
    let listener = listen(args.port).await?;
    let progress = Progress::stderr();

    let mut database = match installation.environment().get("DATABASE_URL") {
        Some(_) => None,
        None => {
            let purpose = Purpose::Live {
                root: root.to_owned(),
            };
            Some(
                Postgres::start(
                    Options::new(purpose)
                        .progress(progress.clone())
                        .kind(args.postgres),
                )
                .await?,
            )
        }
    };
    let stop = CancellationToken::new();
    let storage_stop = CancellationToken::new();
    let outcome = serve(
        installation,
        Site {
            listener,
            web: &args.web,
        },
        &stop,
        &storage_stop,
        &progress,
        database.as_mut(),
        started,
    )
    .await;
    storage_stop.cancel();
    if let Some(database) = database {
        progress.say("Stopping the database.");
        database.stop().await?;
    }
    if outcome.is_ok() {
        progress.say("Stopped. Start again with: make up");
    }
    outcome
}

/// Where people come in, and what they are shown there.
struct Site<'a> {
    listener: TcpListener,
    web: &'a Path,
}

async fn serve(
    installation: &Installation,
    Site { listener, web }: Site<'_>,
    stop: &CancellationToken,
    storage_stop: &CancellationToken,
    progress: &Progress,
    database: Option<&mut Postgres>,
    started: Instant,
) -> Result<()> {
    let port = listener.local_addr()?.port();
    let public_url = Url::parse(&format!("http://127.0.0.1:{port}"))?;
    // Files are sent to the storage by the same pages that may ask the API. What is wrong with them the services say.
    let others = installation.environment().read().list(
        "ALLOWED_ORIGINS",
        "other origins whose pages may ask, comma-separated",
    );
    let origins = Origins::new(&public_url, &others);
    let storage = S3::start(
        s3::Options::new(installation.root()).origins(origins.iter()),
        storage_stop.clone(),
    )
    .await?;
    let mut settings = settings(installation, &public_url, &storage)?;
    settings.carrier = network::aws(installation.environment()).await?;

    let network = {
        // Identity's own tables hold the mails; the page that shows them is for this mode only.
        let identity = network::describe_one(&settings, "identity")?;
        Network::assemble(&settings, outside(web, &storage, identity.database)?)?
    };
    progress.say("Bringing schemas, roles and queues up to date.");
    let doors = migrate::Doors {
        administrator: &installation.administrator()?,
        password_of: &|service| Ok(settings.secrets.database_password(service)),
        address_of: &|service| (settings.address_of)(service),
        operator: None,
    };
    let ran = migrate::all(doors).await?;
    if !ran.is_empty() {
        progress.say(format!("Ran {} migrations.", ran.len()));
    }

    let mut running = network.start(stop);
    running.spawn(chassis::serve(listener, network.router.clone(), stop.clone()));
    installation.note_url(&public_url)?;
    introduce(
        installation,
        &public_url,
        web,
        &storage,
        database.as_deref(),
        started,
    );
    let outcome = tokio::select! {
        asked = chassis::stop_signal() => asked,
        // Loops end only when asked to: one that ended by itself has failed.
        _ = running.join_next() => Err(anyhow!("a part of the network ended by itself; see {}/valine.log", installation.root().display())),
        ended = without(database) => Err(ended),
    };
    progress.say("Stopping: finishing what runs.");
    stop.cancel();
    if !process::wind_down(running, PATIENCE).await {
        output::say(
            "Some requests took too long and were cut off; what was not answered was not done or can be repeated.",
        );
    }
    storage_stop.cancel();
    storage.stopped().await?;
    outcome
}

/// Says that the private database has ended, once it has.
async fn without(database: Option<&mut Postgres>) -> Error {
    let Some(database) = database else {
        return std::future::pending().await;
    };
    database.ended().await;
    anyhow!(
        "the database ended by itself; {} says why. Nothing that was answered is lost. Start again with: make up",
        database.log().display()
    )
}

fn settings(installation: &Installation, public_url: &Url, storage: &S3) -> Result<Settings> {
    let addresses = installation.clone();
    Ok(Settings {
        address_of: Arc::new(move |service| network::address_of(&addresses, service)),
        secrets: installation.secrets()?,
        public_url: public_url.clone(),
        operator_key: Some(installation.operator_key()?),
        storage: media::Config {
            endpoint: Some(storage.endpoint.clone()),
            public_endpoint: None,
            cdn: None,
            region: storage.region.clone(),
            bucket: storage.bucket.clone(),
            access_key: storage.access_key.clone(),
            secret_key: storage.secret_key.clone(),
            session_token: None,
        },
        carrier: None,
        environment: installation.environment().clone(),
    })
}

/// What answers outside of the API: the mailbox, and the web app where it was built.
fn outside(web: &Path, storage: &S3, identity: Database) -> Result<Router> {
    let mailbox = mailbox::router(identity);
    if !has_build(web) {
        return Ok(mailbox);
    }
    Ok(mailbox.fallback_service(edge::web_app(web, Some(&storage.endpoint), None)?))
}

fn has_build(web: &Path) -> bool {
    web.join("index.html").is_file()
}

async fn listen(port: u16) -> Result<TcpListener> {
    match TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == ErrorKind::AddrInUse => bail!(
            "port {port} on 127.0.0.1 is taken by another program. Stop it, or start on another: PORT={} make up",
            port.checked_add(1).unwrap_or(9000)
        ),
        Err(error) => Err(error).with_context(|| {
            format!("port {port} on 127.0.0.1 cannot be used; choose another: PORT=9000 make up")
        }),
    }
}

fn start_logging(root: &Path, filter: &str) -> Result<()> {
    let path = root.join("valine.log");
    let too_long = std::fs::metadata(&path).is_ok_and(|file| file.len() > LONGEST_LOG);
    let log = OpenOptions::new()
        .create(true)
        .append(!too_long)
        .write(true)
        .truncate(too_long)
        .open(&path)
        .with_context(|| format!("{} cannot be written", path.display()))?;
    telemetry::start(telemetry::Format::Json, filter, Mutex::new(log))
        .context("--log cannot be read; such as: info, or warn,chassis=debug")
}

fn introduce(
    installation: &Installation,
    url: &Url,
    web: &Path,
    storage: &S3,
    database: Option<&Postgres>,
    started: Instant,
) {
    let root = installation.root().display();
    let base = url.as_str().trim_end_matches('/');
    let mut table = output::table(&["what", "where"]);
    if has_build(web) {
        table.add_row(["Joint", base]);
        table.add_row(["HTTP API, to read and try", &format!("{base}/docs")]);
    }
    table.add_row(["HTTP API", &format!("{base}/api")]);
    table.add_row(["its description", &format!("{base}/openapi.json")]);
    table.add_row(["is it well?", &format!("{base}/ready")]);
    table.add_row(["mail that would have been sent", &format!("{base}/dev/mail")]);
    table.add_row(["files (S3)", storage.endpoint.as_str().trim_end_matches('/')]);
    let server = database.map_or_else(
        || "DATABASE_URL".to_owned(),
        |database| {
            format!(
                "PostgreSQL {} in {}",
                database.version(),
                database.folder().display()
            )
        },
    );
    table.add_row(["database", &server]);
    table.add_row(["logs, keys, data", &format!("{root}")]);
    output::say(table.to_string());
    let valine = own_name();
    output::say(format!(
        "Joint is up after {:.1} s. Ctrl-C stops it; all data stays.\n\nNext, in another terminal, in this folder:\n  \
         {valine} seed --members 300 --posts 3000   fills it with people and what they do\n  \
         {valine} doctor                            checks that all is well\n  \
         the first session of README.md   sign up, follow, post, search with curl",
        started.elapsed().as_secs_f64()
    ));
}

/// What to type to run this program again, from the folder it was started in.
fn own_name() -> String {
    let Ok(program) = std::env::current_exe() else {
        return "valine".to_owned();
    };
    let here = std::env::current_dir().unwrap_or_default();
    let short = program.strip_prefix(&here).unwrap_or(&program);
    short.display().to_string()
}
