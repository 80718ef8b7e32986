//! Damaged components: whatever is done to one, loading it ends with a reason, and never with a plugin.

use std::time::{Duration, Instant};

use gantry::plugin::digest;
use gantry::plugin::load::Loader;
use gantry::plugin::load_error::LoadError;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::guests::{self, Guest};
use crate::plugin::setup::Setup;

/// Nothing that damage makes of a guest takes so long.
const SOON: Duration = Duration::from_secs(20);

/// Does one kind of damage.
fn damage(component: &[u8], dice: &mut StdRng) -> Vec<u8> {
    let mut bytes = component.to_vec();
    let length = bytes.len();
    let place = dice.random_range(0..length);
    let end = (place + dice.random_range(1..64)).min(length);
    match dice.random_range(0..7) {
        0 => bytes.truncate(place),
        1 => drop(bytes.drain(place..end)),
        2 => {
            let twice = bytes[place..end].to_vec();
            bytes.splice(place..place, twice);
        }
        // Numbers in the format are as long as they say; these say much.
        3 => bytes[place..end].fill(0xff),
        4 => bytes[place..end].fill(0),
        5 => bytes[place] ^= 1 << dice.random_range(0..8),
        _ => {
            for _ in 0..dice.random_range(1..9) {
                let place = dice.random_range(0..length);
                bytes[place] = dice.random();
            }
        }
    }
    bytes
}

/// A loader that takes these components and none that differs from them in a bit: a damage that leaves a component valid
/// makes it another one.
fn pinned(setup: &mut Setup, components: &[(&str, Vec<u8>)]) -> Loader {
    for (name, component) in components {
        let settings = setup.config.plugins.settings.entry((*name).to_owned());
        settings.or_default().sha256 = Some(digest::sha256(component));
    }
    setup.loader()
}

/// Loads damaged components until it is enough, and tells how many ended how.
async fn load_damaged(seed: u64, enough: impl Fn(usize, Instant) -> bool) -> usize {
    let mut setup = Setup::new();
    let components = [
        ("answer", guests::component("answer")),
        (
            "version-after-title",
            guests::component("version-after-title"),
        ),
        ("session", Guest::session("session").build()),
    ];
    let loader = pinned(&mut setup, &components);
    for (_, component) in &components {
        loader.load(component.clone()).await.unwrap();
    }
    let mut dice = StdRng::seed_from_u64(seed);
    let began = Instant::now();
    let mut tries = 0;
    while !enough(tries, began) {
        let (name, component) = &components[tries % components.len()];
        let damaged = damage(component, &mut dice);
        tries += 1;
        if damaged == *component {
            continue;
        }
        let outcome = tokio::time::timeout(SOON, loader.load(damaged.clone())).await;
        let story = format!("{name}, seed {seed}, try {tries}");
        match outcome.unwrap_or_else(|_| panic!("{story}: it never ended")) {
            // Renamed, it is another component, which nothing is pinned for.
            Ok(other) => {
                let renamed = &other.plugin.identity().name;
                assert!(
                    components.iter().all(|(name, _)| name != renamed),
                    "{story}: it was loaded"
                );
            }
            Err(LoadError::Interrupted(why)) => panic!("{story}: loading panicked: {why}"),
            Err(_) => {}
        }
    }
    tries
}

#[tokio::test]
async fn a_damaged_component_is_never_loaded_and_nothing_panics() {
    load_damaged(1, |tries, _| tries >= 400).await;
}

#[tokio::test]
#[ignore = "as long as it is asked to be: cargo xtask bench --damaged SECONDS"]
async fn damaged_components_for_as_long_as_asked_for() {
    let seconds = std::env::var("GANTRY_DAMAGED").expect("GANTRY_DAMAGED says how many seconds");
    let time = Duration::from_secs(seconds.parse().unwrap());
    let seed = rand::random();
    let tries = load_damaged(seed, |_, began| began.elapsed() >= time).await;
    println!("seed {seed}: {tries} damaged components, none loaded, nothing panicked");
}
