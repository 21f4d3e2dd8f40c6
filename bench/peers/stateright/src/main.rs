//! Checks a model to the end with one thread and prints what it took as one line of JSON:
//!
//!     stateright-peer two_phase_commit|paxos SIZE breadth_first|depth_first

use stateright::{Checker, Model};
use std::env;
use std::fmt::Debug;
use std::hash::Hash;
use std::mem::MaybeUninit;

include!(concat!(env!("OUT_DIR"), "/models.rs"));

pub struct Counts {
    unique: usize,
    generated: usize,
}

/// As the examples do it, with one thread.
pub fn check<M>(model: M, depth_first: bool) -> Counts
where
    M: Model + Send + Sync + 'static,
    M::State: Clone + Debug + Hash + PartialEq + Send + Sync + 'static,
    M::Action: Clone + Debug + PartialEq,
{
    let builder = model.checker().threads(1);
    if depth_first {
        counts(builder.spawn_dfs().join())
    } else {
        counts(builder.spawn_bfs().join())
    }
}

fn counts<M: Model>(checker: impl Checker<M>) -> Counts
where
    M::State: Clone + Debug + Hash + PartialEq,
    M::Action: Clone + Debug + PartialEq,
{
    checker.assert_properties();
    Counts { unique: checker.unique_state_count(), generated: checker.state_count() }
}

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [model, size, order] = arguments.as_slice() else {
        panic!("usage: stateright-peer two_phase_commit|paxos SIZE breadth_first|depth_first");
    };
    let size: usize = size.parse().expect("SIZE is a number");
    let depth_first = match order.as_str() {
        "depth_first" => true,
        "breadth_first" => false,
        other => panic!("unknown order {other}"),
    };
    let Counts { unique, generated } = match model.as_str() {
        "two_phase_commit" => two_phase_commit::check(size, depth_first),
        "paxos" => paxos::check(size, depth_first),
        other => panic!("unknown model {other}"),
    };
    let Usage { cpu_s, peak_bytes } = usage();
    println!("{{\"unique\":{unique},\"generated\":{generated},\"cpu_s\":{cpu_s},\"peak_bytes\":{peak_bytes}}}");
}

struct Usage {
    /// User and system, of the whole process so far.
    cpu_s: f64,
    peak_bytes: i64,
}

fn usage() -> Usage {
    let mut usage = MaybeUninit::<libc::rusage>::uninit();
    // SAFETY: getrusage fills the struct in when it returns 0.
    let usage = unsafe {
        assert_eq!(libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr()), 0);
        usage.assume_init()
    };
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    // Linux tells kibibytes.
    Usage { cpu_s: seconds(usage.ru_utime) + seconds(usage.ru_stime), peak_bytes: usage.ru_maxrss * 1024 }
}
