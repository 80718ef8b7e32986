//! The bounds of what looks at the host itself: `/readyz` and `gantry doctor`. All others are in `limits.rs`.

use std::time::Duration;

/// What one check of `/readyz` may take. Probes give up after a second, as a rule.
pub const READY_CHECK: Duration = Duration::from_millis(800);

/// For how long the answer of the database counts: the route is open to everybody, and each look writes to the disk.
pub const READY_STORE_KEPT: Duration = Duration::from_secs(1);

/// What a program may take to say its version. Chromium's takes some 100 ms, more on a machine that has not read it yet.
pub const PROGRAM_VERSION: Duration = Duration::from_secs(20);

/// What `gantry doctor` gives a browser to start, to show an empty page and to end, further tries included.
pub const DOCTOR_BROWSER: Duration = Duration::from_secs(90);

/// What a site of the portal may take to answer `gantry doctor`: to be found, to be reached, and to answer.
pub const DOCTOR_SITE: Duration = Duration::from_secs(15);

/// What the integrity check of the database may take. A gigabyte takes some seconds.
pub const DOCTOR_DATABASE: Duration = Duration::from_mins(2);

/// What a component may take to be compiled and asked what it is. A Python guest takes a minute on a busy machine.
pub const DOCTOR_COMPONENT: Duration = Duration::from_mins(3);

/// What a host at the listen address may take to say that it is one.
pub const DOCTOR_HOST: Duration = Duration::from_secs(2);

/// Less free space than this is told: the quota of files, and as much again for profiles and the database.
pub const FREE_BYTES_BESIDE_QUOTA: u64 = 2 << 30;

/// Open files of a host for each browser, and for all else. A browser's connections are few; callers have some each.
pub const OPEN_FILES_A_SESSION: u64 = 64;
/// See `OPEN_FILES_A_SESSION`.
pub const OPEN_FILES_BESIDE: u64 = 1024;

/// How far the machine's clock may be off from the portal's: appointments are made for times of the day.
pub const CLOCK_OFF: Duration = Duration::from_mins(1);

/// What one browser session takes, and the first one beside it (host-behaviour e.10), in MiB.
pub const SESSION_MIB: u64 = 200;
/// See `SESSION_MIB`: the host, and the first browser.
pub const FIRST_SESSION_MIB: u64 = 650;

/// Less free space for temporary files than this is told: Chromium's shared memory is there.
pub const TEMPORARY_BYTES: u64 = 512 << 20;
