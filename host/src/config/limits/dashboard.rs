//! Bounds of the dashboard: news, and pictures of pages.

use std::time::Duration;

/// Between two pieces of news of one listener, so that a busy host does not have its pages read everything all the time.
pub const NEWS_EVERY: Duration = Duration::from_millis(300);
/// Who listens asks again after this time, and so shows that its token is still in use.
pub const NEWS_FOR: Duration = Duration::from_mins(10);
/// Who may listen for news at once: an office's screens, several each.
pub const LISTENERS: usize = 64;
/// Changes of runs that a listener may be behind by. Who is further behind looks at all of them.
pub const NEWS_WAITING: usize = 64;
/// What a picture of a session's page may take. A page that is shown takes a tenth of it.
pub const PICTURE: Duration = Duration::from_secs(4);
/// Pictures that are taken at once. Each keeps a core busy for a moment that a run would have had.
pub const PICTURES: usize = 2;
/// JPEG quality of those pictures: they are shown small.
pub const PICTURE_QUALITY: u32 = 40;
/// The largest message of a browser that brings one.
pub const PICTURE_BYTES: usize = 8 << 20;
