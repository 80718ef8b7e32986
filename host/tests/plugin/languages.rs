//! What a component costs, by the language it is written in: `cargo xtask bench` builds the components and prints the
//! table.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use gantry::config::schema::Config;
use gantry::plugin::call;
use gantry::plugin::engine::Engine;
use gantry::plugin::load::{Loader, Plugin};
use serde_json::json;

use crate::fake_page::FakePage;
use crate::plugin::setup::Setup;

const CALLS: usize = 300;
const HOST_CALLS: u32 = 20_000;

struct Row {
    size: u64,
    cold: Duration,
    cached: Duration,
    instantiate: Duration,
    call: Duration,
    host_call: Duration,
    memory: usize,
}

async fn measured(file: &Path) -> Row {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::default();
    folder.path().clone_into(&mut config.storage.dir);
    let load = async || {
        let engine = Engine::new(&config.limits).unwrap();
        let loader = Loader::new(engine, &config);
        let begun = Instant::now();
        let plugin = loader.load_file(file).await.unwrap();
        (begun.elapsed(), plugin)
    };
    let (cold, loaded) = load().await;
    assert!(!loaded.from_cache);
    let mut warm = Vec::new();
    for _ in 0..5 {
        let (_, loaded) = load().await;
        assert!(loaded.from_cache);
        // Without `describe`, which is a call.
        warm.push(loaded.compile);
    }
    let Plugin::Operation(version) = loaded.plugin else {
        panic!("it is an operation");
    };
    let setup = Setup::new();
    let (mut instantiate, mut walls, mut memory) = (Vec::new(), Vec::new(), 0);
    let call = async |calls: u32| {
        let page = Box::new(FakePage::new());
        let input = json!({ "calls": calls });
        let context = setup.context(Duration::from_mins(1));
        let begun = Instant::now();
        let called = call::run(&version, (&input, None), page, context).await;
        let wall = begun.elapsed();
        assert_eq!(called.outcome.unwrap(), input);
        (wall, called.stats)
    };
    for _ in 0..CALLS {
        let (wall, stats) = call(0).await;
        walls.push(wall);
        instantiate.push(stats.instantiate);
        memory = memory.max(stats.memory_peak_bytes);
    }
    let (many, _) = call(HOST_CALLS).await;
    let call = median(walls);
    Row {
        size: file.metadata().unwrap().len(),
        cold,
        cached: median(warm),
        instantiate: median(instantiate),
        call,
        host_call: many.saturating_sub(call) / HOST_CALLS,
        memory,
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs components that take minutes to build: cargo xtask bench"]
async fn what_a_component_costs_by_language() {
    let folder = PathBuf::from(std::env::var("GANTRY_BENCH_PLUGINS").unwrap());
    println!(
        "{:<12}{:>10}{:>12}{:>12}{:>14}{:>12}{:>12}{:>10}",
        "language",
        "size",
        "cold load",
        "cached load",
        "instantiate",
        "one run",
        "host call",
        "memory"
    );
    let mut over = Vec::new();
    for language in ["rust", "javascript", "python"] {
        let row = measured(&folder.join(format!("{language}.wasm"))).await;
        println!(
            "{language:<12}{:>7} KiB{:>12.1?}{:>12.2?}{:>14.1?}{:>12.1?}{:>12.2?}{:>6} KiB",
            row.size / 1024,
            row.cold,
            row.cached,
            row.instantiate,
            row.call,
            row.host_call,
            row.memory / 1024
        );
        if language == "rust" && row.call > Duration::from_micros(200) {
            over.push(format!(
                "a run of a Rust guest takes {:?}, more than 0.2 ms",
                row.call
            ));
        }
        if language != "python" && row.cached > Duration::from_millis(20) {
            over.push(format!(
                "a {language} guest is read from the cache in {:?}, more than 20 ms",
                row.cached
            ));
        }
    }
    assert!(over.is_empty(), "{over:#?}");
}
