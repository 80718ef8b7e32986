//! Live views through dispatch: how each ends, and what is left. The page is one in memory; the pool, the engine
//! and a session component are real.

mod host;

use std::time::Duration;

use gantry::browser::error::PageError;
use gantry::config::limits;
use gantry::dispatch::live::{Ended, Gesture, LiveError, LiveView, Order, Scene};
use gantry::dispatch::watching::Watched;
use gantry::model::session::{LeaseKind, SessionState};
use gantry::pool::error::LeaseDenied;
use tokio::sync::watch;

use crate::live::host::Host;

/// Longer than any view may last: it ends a test that would hang.
const PATIENCE: Duration = Duration::from_mins(20);

/// How a view ended.
async fn end(scene: &mut watch::Receiver<Scene>) -> Ended {
    until(scene, |scene| scene.ended.is_some())
        .await
        .ended
        .unwrap()
}

async fn until(scene: &mut watch::Receiver<Scene>, holds: impl FnMut(&Scene) -> bool) -> Scene {
    let seen = tokio::time::timeout(PATIENCE, scene.wait_for(holds)).await;
    seen.unwrap().unwrap().clone()
}

async fn opened(host: &Host) -> LiveView {
    host.dispatch.open_live_view(host.session).await.unwrap()
}

fn click(x: f64) -> Order {
    Order::Gesture(Gesture::Click { x, y: 1.0 })
}

#[tokio::test]
async fn a_view_ends_by_itself_when_the_page_says_that_somebody_is_signed_in() {
    let host = Host::awaiting().await;
    let view = opened(&host).await;
    let mut scene = view.watch();
    until(&mut scene, |scene| scene.picture.is_some()).await;
    assert_eq!(host.leased_for().await, Some(LeaseKind::Operator));
    host.told.title("in");
    assert_eq!(end(&mut scene).await, Ended::SignedIn);
    assert_eq!(host.state().await, SessionState::Idle);
    let gone = host.dispatch.live_view(host.session).map(drop);
    assert_eq!(gone, Err(LiveError::NotOpen(host.session)));
    assert_eq!(
        view.ask(vec![click(1.0)]),
        Err(LiveError::NotOpen(host.session))
    );
}

#[tokio::test]
async fn a_view_that_is_given_up_leaves_its_session_awaiting_for_the_same_reason() {
    let host = Host::awaiting().await;
    let before = host.snapshot().await.operator_reason;
    let view = opened(&host).await;
    let mut scene = view.watch();
    view.end(Ended::GivenUp).await;
    assert_eq!(end(&mut scene).await, Ended::GivenUp);
    assert_eq!(host.state().await, SessionState::AwaitingOperator);
    assert_eq!(host.snapshot().await.operator_reason, before);
    // And the next one can be opened at once.
    opened(&host).await;
}

#[tokio::test]
async fn a_view_has_an_end_even_while_somebody_looks() {
    let host = Host::awaiting().await;
    let mut scene = opened(&host).await.watch();
    tokio::time::pause();
    let began = tokio::time::Instant::now();
    assert_eq!(end(&mut scene).await, Ended::OutOfTime);
    assert!(began.elapsed() + Duration::from_secs(1) >= limits::OPERATOR);
    assert_eq!(host.state().await, SessionState::AwaitingOperator);
}

#[tokio::test]
async fn a_view_whose_person_went_away_ends_after_a_while() {
    let host = Host::awaiting().await;
    let view = opened(&host).await;
    let mut scene = view.watch();
    until(&mut scene, |scene| scene.picture.is_some()).await;
    drop(scene);
    tokio::time::pause();
    let began = tokio::time::Instant::now();
    host.until(SessionState::AwaitingOperator).await;
    let took = began.elapsed();
    assert!(took < limits::OPERATOR_ABSENT * 2, "{took:?}");
    assert!(host.dispatch.live_view(host.session).is_err());
}

#[tokio::test]
async fn no_picture_is_taken_while_nobody_looks() {
    let host = Host::awaiting().await;
    let _view = opened(&host).await;
    tokio::time::pause();
    host.until(SessionState::AwaitingOperator).await;
    assert!(!host.actions.all().contains(&"frame".to_owned()));
}

#[tokio::test]
async fn a_session_closed_by_force_ends_its_view() {
    let host = Host::awaiting().await;
    let mut scene = opened(&host).await.watch();
    let closed = host.dispatch.close_session(host.session, true).await;
    assert!(closed.is_ok());
    assert_eq!(end(&mut scene).await, Ended::SessionClosed);
    assert!(host.dispatch.session(host.session).await.is_err());
}

#[tokio::test]
async fn a_host_that_stops_ends_all_views_and_opens_no_other() {
    let host = Host::awaiting().await;
    let mut scene = opened(&host).await.watch();
    host.dispatch.stop(PATIENCE).await;
    assert_eq!(end(&mut scene).await, Ended::HostStopping);
    let refused = host.dispatch.open_live_view(host.session).await.map(drop);
    assert_eq!(refused, Err(LiveError::Lease(LeaseDenied::Draining)));
}

#[tokio::test]
async fn a_browser_that_is_lost_ends_the_view() {
    let host = Host::awaiting().await;
    let mut scene = opened(&host).await.watch();
    until(&mut scene, |scene| scene.picture.is_some()).await;
    host.told.fail(PageError::BrowserLost("crashed".to_owned()));
    assert_eq!(end(&mut scene).await, Ended::BrowserLost);
}

#[tokio::test]
async fn gestures_of_two_viewers_are_carried_out_in_the_order_in_which_they_came() {
    let host = Host::awaiting().await;
    let (one, other) = (opened(&host).await, opened(&host).await);
    one.ask(vec![click(1.0), click(2.0)]).unwrap();
    other.ask(vec![click(3.0)]).unwrap();
    one.ask(vec![click(4.0)]).unwrap();
    let clicks = host.clicks(4).await;
    assert_eq!(clicks, ["click 1 1", "click 2 1", "click 3 1", "click 4 1"]);
}

#[tokio::test]
async fn more_gestures_than_may_wait_are_refused_as_a_whole() {
    let host = Host::awaiting().await;
    let view = opened(&host).await;
    let many = vec![click(1.0); limits::GESTURES_WAITING];
    view.ask(many.clone()).unwrap();
    assert_eq!(view.ask(many), Err(LiveError::Busy));
    let clicks = host.clicks(limits::GESTURES_WAITING).await;
    assert_eq!(clicks.len(), limits::GESTURES_WAITING);
}

#[tokio::test]
async fn a_dialog_is_shown_and_answered_and_gone() {
    let host = Host::awaiting().await;
    let view = opened(&host).await;
    let mut scene = view.watch();
    host.told.fail(PageError::DialogOpen("Hello".to_owned()));
    let shown = until(&mut scene, |scene| scene.dialog.is_some()).await;
    assert_eq!(shown.dialog.as_deref(), Some("Hello"));
    view.ask(vec![Order::Dialog { accept: true }]).unwrap();
    until(&mut scene, |scene| scene.dialog.is_none()).await;
    let actions = host.actions.all();
    assert!(actions.contains(&"answer-dialog true".to_owned()));
}

#[tokio::test]
async fn starting_over_signs_in_again_as_far_as_that_goes_without_a_person() {
    let host = Host::awaiting().await;
    let view = opened(&host).await;
    let mut scene = view.watch();
    view.ask(vec![Order::StartOver]).unwrap();
    let reason = host.snapshot().await.operator_reason;
    until(&mut scene, |scene| scene.notice == reason).await;
    view.end(Ended::GivenUp).await;
    assert_eq!(host.state().await, SessionState::AwaitingOperator);
}

#[tokio::test]
async fn a_session_that_needs_nobody_has_no_live_view() {
    let host = Host::awaiting().await;
    host.told.title("in");
    assert_eq!(
        host.dispatch.look_for_operator(host.session).await,
        Watched::SignedIn
    );
    let refused = host.dispatch.open_live_view(host.session).await.map(drop);
    assert_eq!(refused, Err(LiveError::NotNeeded(host.session)));
    assert_eq!(host.state().await, SessionState::Idle);
}

#[tokio::test]
async fn a_person_who_signs_in_elsewhere_is_noticed_by_looking() {
    let host = Host::awaiting().await;
    let look = || host.dispatch.look_for_operator(host.session);
    assert_eq!(look().await, Watched::NotYet);
    assert_eq!(host.state().await, SessionState::AwaitingOperator);
    let view = opened(&host).await;
    assert_eq!(look().await, Watched::NotWatched, "in use");
    view.end(Ended::GivenUp).await;
    host.told.title("in");
    assert_eq!(look().await, Watched::SignedIn);
    assert_eq!(host.state().await, SessionState::Idle);
    assert_eq!(look().await, Watched::NotWatched, "not needed");
}

#[tokio::test]
async fn a_forgotten_handle_keeps_nothing_open() {
    let host = Host::awaiting().await;
    drop(opened(&host).await);
    tokio::time::pause();
    host.until(SessionState::AwaitingOperator).await;
    assert!(host.dispatch.live_view(host.session).is_err());
}
