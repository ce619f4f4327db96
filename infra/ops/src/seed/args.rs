//! The command line of `valine seed`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use url::Url;

use crate::installation::url_of;

/// Fill a running system with plausible people, credits, posts, follows, reactions and comments
///
/// Everything goes through the HTTP API, as if thousands of people had come. The same --seed makes the same network. What
/// the server has acknowledged is kept in a journal: after a crash of either side, run the same command again and it
/// goes on where it was, with nothing lost and nothing done twice.
///
/// The passwords of these people follow from --seed, so whoever knows it can log in as them: seed only systems that
/// hold nothing else.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "\
Examples:
  valine seed --members 300 --posts 3000     fill the system that `valine up` has started here
  valine seed --members 300 --posts 3000     … run again after a crash: goes on where it was
  valine seed --members 300 --posts 5000     … later: 2000 posts more
  valine seed --verify                       is everything that was acknowledged there, once?
  valine seed --seed 7 --members 20 --posts 50 --json

Exit code 0: no errors, nothing lost or doubled. 1: errors or findings, which are listed.")]
pub struct Args {
    /// How many people sign up
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = count(1, 100_000))]
    pub members: usize,

    /// How many posts they publish
    #[arg(long, value_name = "M", default_value_t = 1000, value_parser = count(0, 1_000_000))]
    pub posts: usize,

    /// The number that decides everything; another one makes another network, also beside the first
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,

    /// Where the system is, without /api [default: where `valine up` of this folder listens]
    #[arg(long, value_name = "URL")]
    pub url: Option<Url>,

    /// The key that lifts rate limits; `valine up` makes it [default: operator.key in --root]
    #[arg(long, value_name = "PATH")]
    pub operator_key_file: Option<PathBuf>,

    /// What was acknowledged [default: seed-S.journal in --root]
    #[arg(long, value_name = "PATH")]
    pub journal: Option<PathBuf>,

    /// How many requests are under way at a time
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = count(1, 1024))]
    pub concurrency: usize,

    /// How long one request is repeated without an answer before the seed gives up (such as 500ms, 90s or 5m)
    #[arg(long, value_name = "TIME", default_value = "120s", value_parser = duration)]
    pub patience: Duration,

    /// Check everything that the journal says was acknowledged; seeds nothing. The journal says which seed it was
    #[arg(long)]
    pub verify: bool,

    /// With --verify: how long counts and lists may lag behind before that is a finding
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = duration)]
    pub settle: Duration,

    /// Print the summary or the findings as JSON
    #[arg(long)]
    pub json: bool,

    /// Allow a --url that is not this machine
    #[arg(long)]
    pub allow_remote: bool,
}

/// What a seed works on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Place {
    /// Where the system is.
    pub(super) url: Url,
    /// Where the key is that lifts rate limits.
    pub(super) operator_key_file: PathBuf,
    /// Where the journal is.
    pub(super) journal: PathBuf,
}

impl Args {
    /// What the arguments leave open follows from the installation's folder.
    pub(super) fn place(&self, root: &Path) -> anyhow::Result<Place> {
        Ok(Place {
            url: self.url.clone().map_or_else(|| url_of(root), Ok)?,
            operator_key_file: self
                .operator_key_file
                .clone()
                .unwrap_or_else(|| root.join("operator.key")),
            journal: self
                .journal
                .clone()
                .unwrap_or_else(|| root.join(format!("seed-{}.journal", self.seed))),
        })
    }
}

/// Reads a count from `least` to `most`.
fn count(
    least: usize,
    most: usize,
) -> impl Fn(&str) -> Result<usize, String> + Clone + Send + Sync + 'static {
    move |text| {
        let number = text.parse::<usize>().map_err(|cause| cause.to_string())?;
        if (least..=most).contains(&number) {
            Ok(number)
        } else {
            Err(format!("give a number from {least} to {most}"))
        }
    }
}

/// Reads `500ms`, `90s`, `5m` or plain seconds.
fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let number: u64 = digits
        .parse()
        .map_err(|cause| format!("{text:?} is no time ({cause}); write 500ms, 90s or 5m"))?;
    match text.strip_prefix(digits) {
        Some("ms") => Ok(Duration::from_millis(number)),
        Some("" | "s") => Ok(Duration::from_secs(number)),
        Some("m") => Ok(Duration::from_secs(number.saturating_mul(60))),
        _ => Err(format!("{text:?} is no time; write 500ms, 90s or 5m")),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use clap::{CommandFactory, Parser};

    use super::{Args, duration};

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: Args,
    }

    #[test]
    fn the_command_line_is_consistent_and_has_the_promised_defaults() {
        Line::command().debug_assert();
        let args = Line::parse_from(["seed", "--seed", "7"]).args;
        let place = args.place(Path::new(".valine")).unwrap();
        assert_eq!(place.url.as_str(), "http://127.0.0.1:8080/");
        assert_eq!(place.operator_key_file.to_str(), Some(".valine/operator.key"));
        assert_eq!(place.journal.to_str(), Some(".valine/seed-7.journal"));
        assert!(Line::try_parse_from(["seed", "--members", "0"]).is_err());
        assert!(Line::try_parse_from(["seed", "--concurrency", "0"]).is_err());
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        assert_eq!(duration("120s"), Ok(Duration::from_secs(120)));
        assert_eq!(duration("120"), Ok(Duration::from_secs(120)));
        assert_eq!(duration("2m"), Ok(Duration::from_secs(120)));
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        for wrong in ["", "s", "5h", "-5s", "1.5s"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
