//! The rules of a replay.

use serde_json::json;

use super::*;

fn asked(text: &str) -> Asked {
    let (call, with) = text.split_once(' ').unwrap_or((text, ""));
    Asked {
        call: call.to_owned(),
        with: json!({ "what": with }),
    }
}

/// A run of calls such as `click a`, each answered by its place.
fn recorded(calls: &[&str]) -> Following {
    let calls = calls.iter().enumerate().map(|(place, text)| Call {
        asked: asked(text),
        came: Came::Answer(json!(place)),
    });
    Following::new(calls.collect(), false)
}

/// The place that answers a call; none if the replay ends there.
fn place(following: &mut Following, text: &str) -> Option<u64> {
    match following.came(&asked(text)) {
        Ok(Came::Answer(place)) => place.as_u64(),
        Ok(Came::Error(error)) => panic!("{error}"),
        Err(error) => {
            assert!(matches!(error, PageError::Differs(_)), "{error}");
            None
        }
    }
}

#[test]
fn the_same_calls_get_the_same_answers() {
    let calls = ["goto a", "text a", "wait a", "text a", "click a", "text a"];
    let mut following = recorded(&calls);
    for (expected, call) in (0_u64..).zip(calls) {
        assert_eq!(place(&mut following, call), Some(expected), "{call}");
    }
    let followed = following.ended();
    assert_eq!((followed.made, followed.recorded), (6, 6));
    assert!(followed.not_read.is_empty() && followed.not_done.is_empty());
    assert_eq!(followed.difference, None);
}

#[test]
fn between_two_actions_order_and_number_of_readings_are_free() {
    let mut following = recorded(&["goto a", "text a", "text b", "title", "click a"]);
    let calls = ["goto a", "text b", "text a", "text a", "click a"];
    let places = calls.map(|call| place(&mut following, call));
    assert_eq!(places, [Some(0), Some(2), Some(1), Some(1), Some(4)]);
    assert_eq!(following.ended().not_read, [asked("title")]);
}

#[test]
fn what_was_read_before_an_action_is_not_read_after_it() {
    let mut following = recorded(&["text a", "click a", "text b"]);
    assert_eq!(place(&mut following, "click a"), Some(1));
    assert_eq!(place(&mut following, "text a"), None);
    let difference = following.ended().difference.unwrap();
    assert_eq!(difference.asked, asked("text a"));
    assert_eq!(difference.recorded, Some(asked("text b")));
    assert_eq!(
        (difference.call, difference.place, difference.of),
        (2, 3, 3)
    );
}

#[test]
fn actions_come_in_their_order_and_the_first_difference_ends_the_replay() {
    let mut following = recorded(&["click a", "fill b", "click c"]);
    assert_eq!(place(&mut following, "click a"), Some(0));
    assert_eq!(place(&mut following, "click c"), None);
    // Even what would have been right is not answered any more.
    assert_eq!(place(&mut following, "fill b"), None);
    let followed = following.ended();
    assert_eq!(followed.not_done, [asked("fill b"), asked("click c")]);
    assert_eq!(followed.difference.unwrap().recorded, Some(asked("fill b")));
}

#[test]
fn an_action_with_other_arguments_is_a_difference() {
    let mut following = recorded(&["fill a"]);
    assert_eq!(place(&mut following, "fill b"), None);
}

#[test]
fn what_was_read_behind_a_wait_goes_before_what_was_read_ahead_of_it() {
    let mut following = recorded(&["read a", "wait a", "read a", "title"]);
    assert_eq!(place(&mut following, "wait a"), Some(1));
    // Twice: a page that has become ready does not become unready again.
    assert_eq!(place(&mut following, "read a"), Some(2));
    assert_eq!(place(&mut following, "read a"), Some(2));
    // What was read ahead of the wait only is better than nothing.
    let mut following = recorded(&["title", "wait a"]);
    assert_eq!(place(&mut following, "wait a"), Some(1));
    assert_eq!(place(&mut following, "title"), Some(0));
}

#[test]
fn a_run_that_goes_on_for_longer_is_told_that_the_recorded_one_had_ended() {
    let mut following = recorded(&["goto a"]);
    assert_eq!(place(&mut following, "goto a"), Some(0));
    let error = following.came(&asked("click a")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "call 2 is `click`; the recorded run had ended there (call 2 of 1)"
    );
    let mut cut = Following::new(Vec::new(), true);
    let error = cut.came(&asked("title")).unwrap_err();
    assert!(error.to_string().contains("not recorded any further"));
}
