//! When a message that was not taken is sent again. Pure.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::config::limits::webhooks as limits;

/// When to try again.
#[derive(Debug, Clone)]
pub struct Pauses(Vec<Duration>);

impl Pauses {
    /// As configured, in milliseconds.
    #[must_use]
    pub fn new(retry_ms: &[u64]) -> Self {
        Self(
            retry_ms
                .iter()
                .copied()
                .map(Duration::from_millis)
                .collect(),
        )
    }

    /// The pause before the next attempt, when so many have failed; none if it is not tried again. A receiver that says
    /// when to come back is not asked sooner. `spread` is a number from 0 to 1, which keeps messages apart.
    #[must_use]
    pub fn after(
        &self,
        failed: u32,
        retry_after: Option<Duration>,
        spread: f64,
    ) -> Option<Duration> {
        let index = usize::try_from(failed).ok()?.checked_sub(1)?;
        let pause = *self.0.get(index)?;
        let wanted = retry_after.unwrap_or_default().min(limits::RETRY_AFTER_MAX);
        Some(
            pause
                .max(wanted)
                .mul_f64(1.0 + limits::RETRY_SPREAD * spread),
        )
    }
}

/// What a `Retry-After` says: seconds, or a date.
#[must_use]
pub fn retry_after(text: &str, now: DateTime<Utc>) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = DateTime::parse_from_rfc2822(text).ok()?;
    at.signed_duration_since(now).to_std().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::limits::webhooks::RETRY_MS;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn the_usual_pauses_grow_and_make_up_more_than_a_day() {
        let pauses = Pauses::new(&RETRY_MS);
        let all: Vec<Duration> = (1..).map_while(|n| pauses.after(n, None, 0.0)).collect();
        assert_eq!(all[0], SECOND * 5);
        assert!(all.is_sorted());
        assert!(all.iter().sum::<Duration>() > Duration::from_hours(24));
        assert_eq!(all.len(), RETRY_MS.len());
    }

    #[test]
    fn a_pause_is_never_shorter_than_said() {
        let pauses = Pauses::new(&[1000]);
        assert_eq!(pauses.after(1, None, 0.0), Some(SECOND));
        assert!(pauses.after(1, None, 1.0) > Some(SECOND));
        assert_eq!(pauses.after(2, None, 0.0), None);
        assert_eq!(pauses.after(1, Some(SECOND * 9), 0.0), Some(SECOND * 9));
        assert_eq!(pauses.after(1, Some(Duration::ZERO), 0.0), Some(SECOND));
        let never = Some(Duration::MAX);
        assert_eq!(pauses.after(1, never, 0.0), Some(limits::RETRY_AFTER_MAX));
    }

    #[test]
    fn when_to_come_back_is_told_in_seconds_or_as_a_date() {
        let now = "2026-01-02T03:04:05Z".parse().unwrap();
        assert_eq!(retry_after(" 120 ", now), Some(SECOND * 120));
        let date = "Fri, 02 Jan 2026 03:05:05 GMT";
        assert_eq!(retry_after(date, now), Some(SECOND * 60));
        for nothing in ["", "-1", "soon", "Thu, 01 Jan 2026 00:00:00 GMT"] {
            assert_eq!(retry_after(nothing, now), None, "{nothing}");
        }
    }
}
