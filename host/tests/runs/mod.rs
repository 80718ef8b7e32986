//! Runs whose effects cannot be taken back, through dispatch and the real store, over a page in memory: every way in
//! which one can end, in this host or in the next.

mod host;

use gantry::dispatch::error::RunError;
use gantry::dispatch::runs::Started;
use gantry::model::outcome::Executed;
use gantry::model::run::RunState;

use crate::runs::host::Host;

#[tokio::test]
async fn a_confirmed_effect_is_a_success_and_its_key_replays_it() {
    let host = Host::open().await;
    let answer = host.book("c", "key-0123456789-a").await.unwrap();
    assert_eq!(answer.output["number"], 77);
    assert_eq!(host.effect(answer.run_id).await, "confirmed");
    let started = host.start("c", "key-0123456789-a").await.unwrap();
    let Started::Repeated(run, outcome) = started else {
        panic!("it is not done again");
    };
    assert_eq!((run, outcome.unwrap()), (answer.run_id, answer));
    assert_eq!(host.submits(), 1);
}

#[tokio::test]
async fn an_effect_that_the_portal_refused_was_not_executed() {
    let host = Host::open().await;
    let failed = host.book("r", "key-0123456789-a").await.unwrap_err();
    assert_eq!(
        (failed.code.as_str(), failed.executed),
        ("refused", Executed::No)
    );
    assert_eq!(host.effect_of(&failed).await, "refused");
}

#[tokio::test]
async fn an_unknown_end_is_told_at_once_and_found_out_later() {
    let host = Host::open().await;
    host.told.title("in");
    for (letter, key) in [("u", "key-0123456789-u"), ("n", "key-0123456789-n")] {
        let failed = host.book(letter, key).await.unwrap_err();
        assert_eq!(
            (failed.code.as_str(), failed.executed),
            ("outcome-unknown", Executed::Maybe)
        );
        let run = host.settled(&failed).await;
        assert_eq!(run.state, RunState::Succeeded, "{run:?}");
        assert_eq!(run.outcome.unwrap().unwrap().output["found"], true);
        assert_eq!(host.effect_of(&failed).await, "confirmed");
    }
    assert_eq!(host.submits(), 2, "nothing was submitted again");
}

#[tokio::test]
async fn what_is_absent_each_time_was_not_executed_and_may_be_asked_for_again() {
    let host = Host::open().await;
    host.told.title("out");
    let failed = host.book("u", "key-0123456789-a").await.unwrap_err();
    let run = host.settled(&failed).await;
    assert_eq!(run.state, RunState::Failed);
    let problem = run.outcome.unwrap().unwrap_err();
    assert_eq!(
        (problem.code.as_str(), problem.executed),
        ("not-executed", Executed::No)
    );
    assert!(problem.retryable);
    assert_eq!(host.looks(&failed).await, 3);
    assert_eq!(host.submits(), 1);
    // The same key is a run of its own now.
    host.told.title("in");
    let again = host.book("u", "key-0123456789-a").await.unwrap_err();
    assert_ne!(again.more["run_id"], failed.more["run_id"]);
    assert_eq!(host.submits(), 2);
}

#[tokio::test]
async fn a_look_that_shows_nothing_is_made_up_for() {
    let host = Host::open().await;
    host.told.title("unclear");
    let failed = host.book("u", "key-0123456789-a").await.unwrap_err();
    host.looked(&failed).await;
    host.told.title("out");
    let run = host.settled(&failed).await;
    assert_eq!(run.outcome.unwrap().unwrap_err().code, "not-executed");
    assert!(host.looks(&failed).await > 3);
}

#[tokio::test]
async fn what_cannot_be_found_out_stays_unknown_until_somebody_has_it_looked_for_again() {
    let host = Host::open().await;
    host.told.title("unclear");
    let failed = host.book("u", "key-0123456789-a").await.unwrap_err();
    host.given_up(&failed).await;
    assert_eq!(host.view(&failed).await.state, RunState::Unknown);
    // Neither its key nor another gets past it.
    let same = host.start("u", "key-0123456789-a").await.unwrap();
    let Started::Repeated(_, Err(told)) = same else {
        panic!("it is not done again");
    };
    assert_eq!(told.code, "outcome-unknown");
    let other = host.start("u", "key-0123456789-b").await.err().unwrap();
    assert!(matches!(other, RunError::SameEffect(_)), "{other}");
    host.told.title("in");
    host.dispatch
        .look_again(Host::run_of(&failed))
        .await
        .unwrap();
    assert_eq!(host.settled(&failed).await.state, RunState::Succeeded);
    let over = host
        .dispatch
        .look_again(Host::run_of(&failed))
        .await
        .unwrap_err();
    assert!(matches!(over, RunError::NotUnknown(_)), "{over}");
    assert_eq!(host.submits(), 1);
}

#[tokio::test]
async fn a_run_that_ends_before_anything_was_sent_did_nothing() {
    let host = Host::open().await;
    let failed = host.book("b", "key-0123456789-a").await.unwrap_err();
    assert_eq!(
        (failed.code.as_str(), failed.executed),
        ("plugin-crashed", Executed::No)
    );
    assert_eq!(host.effect_of(&failed).await, "absent");
    assert_eq!(host.submits(), 0);
}

#[tokio::test]
async fn a_plugin_that_breaks_after_it_was_done_says_that_it_was_done() {
    let host = Host::open().await;
    let failed = host.book("t", "key-0123456789-a").await.unwrap_err();
    assert_eq!(
        (failed.code.as_str(), failed.executed),
        ("plugin-crashed", Executed::Yes)
    );
    assert!(!failed.retryable);
    assert_eq!(host.effect_of(&failed).await, "confirmed");
}

#[tokio::test]
async fn the_same_while_it_is_under_way_is_refused_whatever_its_key() {
    let host = Host::open().await;
    let ticket = host.under_way("w", "key-0123456789-a").await;
    let same = host.start("w", "key-0123456789-a").await.err().unwrap();
    assert!(matches!(same, RunError::KeyInFlight(_)), "{same}");
    let other_key = host.start("w", "key-0123456789-b").await.err().unwrap();
    assert!(matches!(other_key, RunError::SameEffect(_)), "{other_key}");
    let other_input = host.start("c", "key-0123456789-a").await.err().unwrap();
    assert!(
        matches!(other_input, RunError::KeyReused(_)),
        "{other_input}"
    );
    drop(ticket);
}

#[tokio::test]
async fn without_a_key_nothing_begins() {
    let host = Host::open().await;
    let missing = host
        .dispatch
        .start(Host::request("c", None))
        .await
        .err()
        .unwrap();
    assert!(matches!(missing, RunError::KeyMissing(_)), "{missing}");
    assert!(host.actions.all().is_empty());
}

#[tokio::test]
async fn a_run_can_be_cancelled_until_its_effect_begins() {
    let host = Host::open().await;
    let early = host.under_way("s", "key-0123456789-s").await;
    host.dispatch.cancel_run(early.run_id()).await.unwrap();
    let cancelled = early.answered().await.unwrap_err();
    assert_eq!(
        (cancelled.code.as_str(), cancelled.executed),
        ("run-cancelled", Executed::No)
    );
    let late = host.under_way("w", "key-0123456789-w").await;
    host.submitted(1).await;
    let refused = host.dispatch.cancel_run(late.run_id()).await.unwrap_err();
    assert!(matches!(refused, RunError::PastCancelling(_)), "{refused}");
}

#[tokio::test]
async fn a_caller_that_leaves_does_not_stop_what_has_effects() {
    let host = Host::open().await;
    let ticket = host.under_way("c", "key-0123456789-a").await;
    let run = ticket.run_id();
    drop(ticket);
    let view = host
        .dispatch
        .run_view(run, Some(host::PATIENCE))
        .await
        .unwrap();
    assert_eq!(view.state, RunState::Succeeded);
}

#[tokio::test]
async fn a_host_that_dies_after_the_click_leaves_what_the_next_one_finds_out() {
    for (title, state) in [("in", RunState::Succeeded), ("out", RunState::Failed)] {
        let host = Host::open().await;
        let ticket = host.under_way("w", "key-0123456789-a").await;
        host.submitted(1).await;
        let next = host.dies_and_another_starts().await;
        next.told.title(title);
        let run = next
            .dispatch
            .run_view(ticket.run_id(), Some(host::PATIENCE))
            .await
            .unwrap();
        assert_eq!(run.state, state, "{run:?}");
        assert_eq!(next.submits(), 0);
    }
}

#[tokio::test]
async fn a_host_that_dies_before_the_effect_begins_has_done_nothing() {
    let host = Host::open().await;
    let ticket = host.under_way("s", "key-0123456789-a").await;
    let next = host.dies_and_another_starts().await;
    let run = next.dispatch.run_view(ticket.run_id(), None).await.unwrap();
    let failed = run.outcome.unwrap().unwrap_err();
    assert_eq!(
        (failed.code.as_str(), failed.executed),
        ("host-restarted", Executed::No)
    );
    // The same key is free again.
    assert_eq!(
        next.book("c", "key-0123456789-a").await.unwrap().output["number"],
        77
    );
}
