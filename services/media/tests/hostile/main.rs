//! Files that were made to do harm: each is refused or made harmless, and none costs more than it may.
//!
//! One test, one file after another, in a program of its own: what the allocator counts at its highest is everything
//! that was alive at once, the storage and the database's client included.

#![cfg(test)]

mod films;
mod parts;
mod pictures;
mod world;

use image::{DynamicImage, ImageFormat, RgbImage};
use peak_alloc::PeakAlloc;
use world::{Fate, World};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Most bytes alive at once while one file is taken from confirming to shown.
const MOST_MEMORY: usize = 256 * 1024 * 1024;

/// How many times the processor may be had that an honest picture of four million pixels needs, all threads together.
///
/// No seconds: where a host is shared, the same work was counted as five of them and as sixteen.
const MOST_TIMES: f64 = 40.0;

/// What must become of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    /// Its announcement is refused.
    NotAnnounced,
    /// The storage does not take it.
    NotStored,
    /// It is refused when it is confirmed, for this.
    Refused(&'static str),
    /// It is given up when it is decoded, for this.
    Failed(&'static str),
    /// It is shown without what it hid: nothing that is served has [`world::NEEDLES`], and pictures can be decoded.
    Harmless,
    /// One of the last two: how much of it a decoder looks at is the decoder's to say.
    FailedOrHarmless,
}

/// A file, and what its sender says of it.
struct Hostile {
    name: &'static str,
    mime: &'static str,
    bytes: Vec<u8>,
    /// What is announced, where it is not the truth.
    told: Option<usize>,
    wanted: Wanted,
}

fn file(name: &'static str, mime: &'static str, bytes: impl Into<Vec<u8>>, wanted: Wanted) -> Hostile {
    Hostile {
        name,
        mime,
        bytes: bytes.into(),
        told: None,
        wanted,
    }
}

type Maker = fn() -> Hostile;

/// Makers, not files: while one is looked at, no other is in memory.
fn makers() -> Vec<Maker> {
    [
        films::MAKERS,
        pictures::PLAIN,
        pictures::POLYGLOTS,
        pictures::BOMBS,
    ]
    .concat()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_files_are_refused_or_made_harmless_and_cost_little() {
    let makers = makers();
    assert!(makers.len() >= 50, "{} files", makers.len());
    let mut world = World::new().await;
    let (mut failures, mut names) = (Vec::new(), Vec::new());
    let honest = honest_seconds();
    for maker in makers {
        let hostile = maker();
        let Taken {
            fate,
            memory,
            mut seconds,
        } = take(&mut world, &hostile).await;
        let mut times = seconds / honest;
        // Whoever else is on the host only adds to it, for seconds at a time: of three takes the cheapest counts, each against an honest
        // picture before or after it, whichever was cheaper.
        for _again in 0..2 {
            if times > MOST_TIMES {
                let before = honest_seconds();
                let again = take(&mut world, &hostile).await.seconds;
                let usual = honest_seconds().min(before).max(honest);
                (times, seconds) = (times.min(again / usual), seconds.min(again));
            }
        }
        let mut fail = |what: String| failures.push(format!("{}: {what}", hostile.name));
        if !is_wanted(&fate, hostile.wanted) {
            fail(format!("{fate:?} instead of {:?}", hostile.wanted));
        }
        if memory > MOST_MEMORY {
            fail(format!("{} MB", memory / 1024 / 1024));
        }
        if times > MOST_TIMES {
            fail(format!("{seconds:.2} s, {times:.1} times an honest picture"));
        }
        println!(
            "{:>4} MB {seconds:>5.2} s, {times:>4.1} times  {} → {fate:?}",
            memory / 1024 / 1024,
            hostile.name
        );
        names.push(hostile.name);
    }
    names.sort_unstable();
    names.dedup();
    assert!(names.len() >= 50, "two files have one name");
    assert!(failures.is_empty(), "{failures:#?}");
    world.app.at_rest().await;
}

/// What became of a file, and what it cost.
struct Taken {
    fate: Fate,
    /// Bytes alive at once.
    memory: usize,
    /// Of the processor.
    seconds: f64,
}

async fn take(world: &mut World, hostile: &Hostile) -> Taken {
    let own = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let started = processor_seconds();
    let fate = world.fate_of(hostile).await;
    let seconds = processor_seconds() - started;
    Taken {
        fate,
        // The file itself is the test's; what it costs to take it is not.
        memory: MEMORY.peak_usage().saturating_sub(own) + hostile.bytes.len(),
        seconds,
    }
}

fn is_wanted(fate: &Fate, wanted: Wanted) -> bool {
    match wanted {
        Wanted::NotAnnounced => *fate == Fate::NotAnnounced,
        Wanted::NotStored => *fate == Fate::NotStored,
        Wanted::Refused(code) => *fate == Fate::Refused(code.to_owned()),
        Wanted::Failed(code) => *fate == Fate::Failed(code.to_owned()),
        Wanted::Harmless => *fate == Fate::Shown(Vec::new()),
        Wanted::FailedOrHarmless => matches!(fate, Fate::Failed(_)) || *fate == Fate::Shown(Vec::new()),
    }
}

/// What it costs to read a picture of four million pixels and to write it again.
fn honest_seconds() -> f64 {
    let picture = DynamicImage::from(RgbImage::from_fn(2_000, 2_000, |x, y| {
        image::Rgb([x, y, x ^ y].map(|value| u8::try_from(value % 256).unwrap()))
    }));
    let file = parts::encoded(&picture, ImageFormat::Jpeg);
    let started = processor_seconds();
    let read = image::load_from_memory_with_format(&file, ImageFormat::Jpeg).unwrap();
    let written = parts::encoded(&read, ImageFormat::Jpeg);
    assert!(!written.is_empty());
    processor_seconds() - started
}

/// What this process has had of the processor; ticks are hundredths of a second on Linux.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let (_, after_name) = stat.rsplit_once(") ").unwrap();
    let ticks: Vec<f64> = after_name
        .split(' ')
        .skip(11)
        .take(2)
        .map(|field| field.parse().unwrap())
        .collect();
    ticks.iter().sum::<f64>() / 100.0
}
