//! What a call costs. No figure is asserted: they are printed for who asks (`--no-capture`).

use std::time::{Duration, Instant};

use gantry::plugin::call;
use serde_json::json;

use crate::fake_page::FakePage;
use crate::guests;
use crate::plugin::setup::Setup;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_calls_each_find_a_fresh_instance() {
    let setup = Setup::new();
    let version = setup.operation(guests::component("answer")).await;
    let input = json!({"a": 1});
    let mut walls = Vec::new();
    for _ in 0..1_000 {
        let page = Box::new(FakePage::new());
        let context = setup.context(Duration::from_secs(30));
        let begun = Instant::now();
        let called = call::run(&version, (&input, None), page, context).await;
        walls.push(begun.elapsed());
        assert_eq!(called.outcome.unwrap(), input);
    }
    walls.sort();
    println!(
        "call: p50 {:?}, p99 {:?}, pooling {}",
        walls[500],
        walls[990],
        setup.engine.is_pooling()
    );
}
