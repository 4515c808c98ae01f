//! A process that writes without a pause is killed again and again: the file has a whole record, the last confirmed one or its
//! successor.

use crate::random::Random;
use crate::role::{Arguments, start};
use crate::{Scratch, variable_or};
use cogen_runtime::store::{FileStore, Record, Replaced, SessionStore as _};
use std::io::{BufRead as _, BufReader, Write as _};
use std::time::Duration;

/// This many processes write at a time, each to its own key in the same directory.
const LANES: usize = 4;

#[derive(Default)]
struct Tally {
    written: usize,
    unfinished: usize,
    unconfirmed: usize,
}

#[test]
fn r9_kill_9_while_writing_loses_nothing() {
    let kills = variable_or("COGEN_CASES", 1000).div_ceil(LANES);
    let scratch = Scratch::new("writing");
    let tallies: Vec<Tally> = std::thread::scope(|scope| {
        let lanes: Vec<_> = (0..LANES)
            .map(|lane| {
                scope.spawn({
                    let scratch = &scratch;
                    move || kill(scratch, lane, kills)
                })
            })
            .collect();
        lanes.into_iter().map(|lane| lane.join().unwrap()).collect()
    });
    let sum = |count: fn(&Tally) -> usize| tallies.iter().map(count).sum::<usize>();
    println!(
        "{} kills, {} records written: {} kills left an unfinished file, {} came between writing and confirmation",
        kills * LANES,
        sum(|tally| tally.written),
        sum(|tally| tally.unfinished),
        sum(|tally| tally.unconfirmed),
    );
    assert!(left_over(&scratch, None) <= LANES, "every process removes what earlier processes left");
}

/// Starts and kills one process after another.
#[tokio::main(flavor = "current_thread")]
async fn kill(scratch: &Scratch, lane: usize, kills: usize) -> Tally {
    let key = format!("us-east-1_Example/client/user-{lane}");
    let store = FileStore::at(&scratch.0).unwrap();
    let mut random = Random::new(&format!("lane {lane}"));
    let mut tally = Tally::default();
    for kill in 0..kills {
        let mut process = start("write", &scratch.0, std::slice::from_ref(&key));
        let mut lines = BufReader::new(process.output()).lines();
        // After its first confirmation it is writing. Let it continue for a while.
        let mut last = loop {
            let line = lines.next().expect("it writes before it ends").unwrap();
            if let Some(number) = written(&line) {
                break number;
            }
        };
        std::thread::sleep(Duration::from_micros(random.below(6000) as u64));
        assert!(!process.has_ended(), "kill {kill}: it ended by itself");
        process.kill();
        last = lines.map_while(Result::ok).filter_map(|line| written(&line)).last().unwrap_or(last);
        assert!(last > tally.written, "kill {kill}: it wrote nothing");

        tally.unfinished += left_over(scratch, Some(process.id()));
        // The lock was released with its process.
        drop(store.lock(&key).await.unwrap());
        let stored = store.load(&key).await.unwrap().expect("a record was confirmed");
        let there = number_of(stored.record.expose());
        assert!(there == last || there == last + 1, "kill {kill}: {last} was confirmed, {there} is there");
        tally.unconfirmed += usize::from(there != last);
        tally.written = there;
    }
    tally
}

/// The process: writes one record after another, and confirms each on its output.
pub async fn write(arguments: Arguments) {
    let store = FileStore::at(&arguments.store).unwrap();
    let key = arguments.more[0].as_str();
    let mut there = store.load(key).await.unwrap();
    loop {
        let number = there.as_ref().map_or(0, |stored| number_of(stored.record.expose())) + 1;
        let record = Record::new(record(number));
        let held = store.lock(key).await.unwrap();
        let expected = there.as_ref().map(|stored| &stored.revision);
        let Replaced::Done(Some(revision)) = store.replace(key, expected, Some(&record)).await.unwrap() else {
            panic!("no other process writes");
        };
        drop(held);
        let mut output = std::io::stdout().lock();
        writeln!(output, "written {number}.").unwrap();
        output.flush().unwrap();
        there = Some(cogen_runtime::store::Stored { record, revision });
    }
}

/// A record of the size of a session, with the number on every line.
fn record(number: usize) -> String {
    format!("{number:060}\n").repeat(120)
}

fn number_of(text: &str) -> usize {
    let number = text.lines().next().unwrap().parse().unwrap();
    assert_eq!(text, record(number), "the record is whole");
    number
}

fn written(line: &str) -> Option<usize> {
    // The test harness writes on the same line as the first confirmation.
    line.rsplit_once("written ")?.1.strip_suffix('.')?.parse().ok()
}

/// How many unfinished files there are: of this process, or of any.
fn left_over(scratch: &Scratch, process: Option<u32>) -> usize {
    let names = std::fs::read_dir(&scratch.0).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let by = process.map_or_else(String::new, |id| format!(".session.{id}-"));
    names.filter(|name| name.contains(&by) && name.ends_with(".new")).count()
}
