//! What the server has acknowledged, kept where a crash of either side cannot reach it.
//!
//! One JSON object a line, appended and synced to the disk in small groups. A step counts as acknowledged only after
//! its line is on the disk, so a journal never promises less than it was told, and a crash in the middle of a line
//! loses an acknowledgement that nobody has counted yet: the step is asked for again, with the same idempotency key.

use std::collections::HashMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread::JoinHandle;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;
use uuid::Uuid;

use super::step::Step;

/// Goes up whenever the same numbers give another plan.
const PLAN_VERSION: u32 = 1;

/// At most this many lines share one sync.
const GROUP: usize = 256;

/// The three numbers that a journal's plan was drawn from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Origin {
    pub(super) seed: u64,
    pub(super) members: usize,
    pub(super) posts: usize,
}

/// One acknowledged step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) step: Step,
    /// What the server calls the thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<Uuid>,
    /// The session cookie of a person; which is why others cannot read the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) cookie: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Run { plan: u32, run: Origin },
    Entry(Entry),
}

/// What a journal holds when it is opened.
#[derive(Debug)]
pub(super) struct Contents {
    /// The numbers of the largest run so far; none in a new journal.
    pub(super) origin: Option<Origin>,
    /// What was acknowledged, the newest line of each step.
    pub(super) acknowledged: HashMap<Step, Entry>,
}

/// Reads a journal without touching it.
pub(super) fn read(path: &Path) -> Result<Contents> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|mut file| file.read_to_end(&mut bytes))
        .with_context(|| {
            format!(
                "cannot read the journal {}; seed first, or say which with --journal",
                path.display()
            )
        })?;
    Ok(parse(&bytes, path)?.0)
}

/// The contents, and how many bytes at the start are whole lines.
fn parse(bytes: &[u8], path: &Path) -> Result<(Contents, u64)> {
    let mut contents = Contents {
        origin: None,
        acknowledged: HashMap::new(),
    };
    let mut whole = 0_u64;
    for (number, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        // A line without an end was being written when the process or the machine died.
        if !line.ends_with(b"\n") {
            break;
        }
        let parsed = serde_json::from_slice(line).with_context(|| {
            format!(
                "line {} of the journal {} cannot be read; a crash cannot do this, so restore the file or begin anew with another --journal",
                number + 1,
                path.display()
            )
        })?;
        match parsed {
            Line::Run { plan, run } if plan == PLAN_VERSION => {
                let posts = contents
                    .origin
                    .map_or(run.posts, |before| before.posts.max(run.posts));
                contents.origin = Some(Origin { posts, ..run });
            }
            Line::Run { plan, .. } => bail!(
                "the journal {} belongs to version {plan} of the plan and this is version {PLAN_VERSION}; begin anew with another --journal and --seed",
                path.display()
            ),
            Line::Entry(entry) => {
                contents.acknowledged.insert(entry.step, entry);
            }
        }
        whole += u64::try_from(line.len()).unwrap_or(u64::MAX);
    }
    Ok((contents, whole))
}

type Ask = (Line, oneshot::Sender<()>);

/// An open journal: its thread writes and syncs what it is sent.
pub(super) struct Journal {
    path: PathBuf,
    lines: Option<mpsc::Sender<Ask>>,
    writer: Option<JoinHandle<std::io::Result<()>>>,
}

impl Journal {
    /// Opens or creates the journal at `path` for a run with these numbers, and says what it holds.
    ///
    /// # Errors
    ///
    /// When another process has it open, when it belongs to another seed or number of members, or when it is damaged
    /// otherwise than at its very end.
    pub(super) fn open(path: &Path, run: Origin) -> Result<(Self, Contents)> {
        let mut file = create(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => bail!(
                "the journal {} is in use by another seed; wait for it, or give this one its own --journal and --seed",
                path.display()
            ),
            Err(TryLockError::Error(cause)) => {
                return Err(cause).with_context(|| format!("cannot lock the journal {}", path.display()));
            }
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)
            .with_context(|| format!("cannot read the journal {}", path.display()))?;
        let (contents, whole) = parse(&bytes, path)?;
        if let Some(before) = contents.origin
            && (before.seed, before.members) != (run.seed, run.members)
        {
            bail!(
                "the journal {} was written for --seed {} --members {}; give these to go on, or another --journal to begin anew",
                path.display(),
                before.seed,
                before.members
            );
        }
        file.set_len(whole)
            .and_then(|()| file.seek(SeekFrom::End(0)))
            .with_context(|| format!("cannot cut the torn end off the journal {}", path.display()))?;

        let (lines, asked) = mpsc::channel();
        let journal = Self {
            path: path.to_owned(),
            lines: Some(lines),
            writer: Some(std::thread::spawn(move || write(&mut file, &asked))),
        };
        journal.send(Line::Run {
            plan: PLAN_VERSION,
            run,
        })?;
        Ok((journal, contents))
    }

    /// Returns when the entry is on the disk.
    ///
    /// # Errors
    ///
    /// When it could not be written; [`Journal::close`] then says why.
    pub(super) async fn record(&self, entry: Entry) -> Result<()> {
        self.send(Line::Entry(entry))?
            .await
            .with_context(|| format!("the journal {} could not be written", self.path.display()))
    }

    fn send(&self, line: Line) -> Result<oneshot::Receiver<()>> {
        let (done, written) = oneshot::channel();
        self.lines
            .as_ref()
            .and_then(|lines| lines.send((line, done)).ok())
            .with_context(|| format!("the journal {} could not be written", self.path.display()))?;
        Ok(written)
    }

    /// Ends the writing and says whether all of it went well.
    pub(super) fn close(mut self) -> Result<()> {
        self.lines.take();
        let ended = self.writer.take().map(JoinHandle::join);
        match ended {
            Some(Ok(written)) => written.with_context(|| {
                format!(
                    "cannot write the journal {}: is the disk full?",
                    self.path.display()
                )
            }),
            Some(Err(_)) => bail!("the journal's writer died"),
            None => Ok(()),
        }
    }
}

fn create(path: &Path) -> Result<File> {
    use std::os::unix::fs::OpenOptionsExt;

    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let created = folder.map_or(Ok(()), std::fs::create_dir_all).and_then(|()| {
        let file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .mode(0o600)
            .open(path)?;
        // The name of a new file is on the disk only when its folder is.
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
        Ok(file)
    });
    created.with_context(|| {
        format!(
            "cannot open the journal {}; say where it may be with --journal",
            path.display()
        )
    })
}

fn write(file: &mut File, asked: &mpsc::Receiver<Ask>) -> std::io::Result<()> {
    while let Ok(first) = asked.recv() {
        let group: Vec<Ask> = std::iter::once(first)
            .chain(asked.try_iter().take(GROUP - 1))
            .collect();
        let mut bytes = Vec::new();
        for (line, _) in &group {
            serde_json::to_writer(&mut bytes, line)?;
            bytes.push(b'\n');
        }
        file.write_all(&bytes)?;
        file.sync_data()?;
        for (_, done) in group {
            // Whoever asked may have given up by now; the line is written all the same.
            done.send(()).ok();
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use uuid::Uuid;

    use super::{Entry, Journal, Origin, read};
    use crate::seed::step::{Deed, Step};

    const RUN: Origin = Origin {
        seed: 4,
        members: 10,
        posts: 20,
    };

    fn entry(a: usize) -> Entry {
        Entry {
            step: Step::one(Deed::Post, a),
            id: Some(Uuid::from_u128(77)),
            cookie: None,
        }
    }

    #[tokio::test]
    async fn what_was_recorded_is_there_again_and_only_for_its_owner() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/seed-4.journal");
        let (journal, contents) = Journal::open(&path, RUN).unwrap();
        assert!(contents.origin.is_none() && contents.acknowledged.is_empty());
        for a in 0..500 {
            journal.record(entry(a)).await.unwrap();
        }
        journal.close().unwrap();

        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let more = Origin { posts: 30, ..RUN };
        let (journal, contents) = Journal::open(&path, more).unwrap();
        assert_eq!(contents.origin, Some(RUN));
        assert_eq!(contents.acknowledged.len(), 500);
        assert_eq!(contents.acknowledged[&entry(3).step], entry(3));
        journal.close().unwrap();
        assert_eq!(read(&path).unwrap().origin, Some(more));
    }

    #[tokio::test]
    async fn a_torn_last_line_is_forgotten_wherever_it_was_torn() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let (journal, _) = Journal::open(&path, RUN).unwrap();
        journal.record(entry(0)).await.unwrap();
        journal.record(entry(1)).await.unwrap();
        journal.close().unwrap();
        let whole = fs::read(&path).unwrap();
        let last = whole[..whole.len() - 1]
            .iter()
            .rposition(|byte| *byte == b'\n')
            .unwrap()
            + 1;

        for cut in last..whole.len() {
            fs::write(&path, &whole[..cut]).unwrap();
            assert_eq!(
                read(&path).unwrap().acknowledged.len(),
                1,
                "read only, cut at {cut}"
            );
            let (journal, contents) = Journal::open(&path, RUN).unwrap();
            assert_eq!(contents.acknowledged.len(), 1, "cut at {cut}");
            journal.record(entry(2)).await.unwrap();
            journal.close().unwrap();
            let after = read(&path).unwrap().acknowledged;
            assert!(
                after.contains_key(&entry(0).step) && after.contains_key(&entry(2).step) && after.len() == 2
            );
        }
    }

    #[test]
    fn damage_in_the_middle_is_not_a_crash_and_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        fs::write(&path, "{\"plan\":1,\"run\":{\"seed\":4,\"members\":10,\"posts\":20}}\n{\"step\":\"po\n{\"step\":\"post/1/0\"}\n").unwrap();
        let refused = format!("{:#}", Journal::open(&path, RUN).err().unwrap());
        assert!(
            refused.contains("line 2") && refused.contains("--journal"),
            "{refused}"
        );
    }

    #[test]
    fn a_journal_belongs_to_one_network_and_to_one_process_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let (journal, _) = Journal::open(&path, RUN).unwrap();
        let busy = format!("{:#}", Journal::open(&path, RUN).err().unwrap());
        assert!(busy.contains("in use"), "{busy}");
        journal.close().unwrap();
        let other = Journal::open(&path, Origin { members: 11, ..RUN }).err().unwrap();
        assert!(format!("{other:#}").contains("--members 10"), "{other:#}");
    }
}
