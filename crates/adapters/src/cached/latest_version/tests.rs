mod interleavings;

use basalt_domain::ports::MockListVersions;
use futures_util::{future::join_all, poll};

use super::*;
use crate::test_support::{Telling, ToldLists, settle};

const MILLISECOND: Duration = Duration::from_millis(1);

fn fixture() -> (Arc<ToldLists>, Arc<LatestVersion>) {
    let lists = ToldLists::new();
    let versions = LatestVersion::new(Arc::new(Telling(Arc::clone(&lists))));
    (lists, versions)
}

async fn current(versions: &Arc<LatestVersion>) -> u128 {
    versions.current().await.expect("the lists are there").0
}

/// So many who ask at the same time.
async fn answers(versions: &Arc<LatestVersion>, count: usize) -> Vec<Option<u128>> {
    let asked = (0..count).map(|_| versions.current());
    let answers = join_all(asked).await.into_iter();
    answers.map(|answer| answer.ok().map(|version| version.0)).collect()
}

#[tokio::test(start_paused = true)]
async fn a_reading_serves_for_a_while_and_is_then_refreshed_beside_a_request() {
    let (lists, versions) = fixture();
    assert_eq!(current(&versions).await, 1);
    lists.change();
    tokio::time::advance(REFRESH_AGE.saturating_sub(MILLISECOND)).await;
    assert_eq!(current(&versions).await, 1);
    settle().await;
    assert_eq!(lists.readings(), 1);
    tokio::time::advance(MILLISECOND).await;
    assert_eq!(answers(&versions, 50).await, [Some(1); 50], "nobody waits");
    settle().await;
    assert_eq!(lists.readings(), 2);
    assert_eq!(current(&versions).await, 2);
    assert_eq!(lists.readings(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_reading_that_is_too_old_serves_nobody() {
    let (lists, versions) = fixture();
    current(&versions).await;
    lists.change();
    tokio::time::advance(MAX_AGE.saturating_sub(MILLISECOND)).await;
    // Where it is not refreshed by the one who asks.
    assert!(versions.known_for(versions.begin()).is_some());
    tokio::time::advance(MILLISECOND).await;
    assert_eq!(answers(&versions, 50).await, [Some(2); 50]);
    assert_eq!(lists.readings(), 2);
}

#[tokio::test(start_paused = true)]
async fn after_a_write_of_this_process_the_next_requests_share_one_reading() {
    let (lists, versions) = fixture();
    for expected in 1..=3 {
        assert_eq!(answers(&versions, 50).await, [Some(expected); 50]);
        let write = versions.note_write_after();
        lists.change();
        assert_eq!(current(&versions).await, expected, "it has not ended");
        drop(write);
    }
    assert_eq!(lists.readings(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_reading_that_began_before_a_write_ended_does_not_count_and_one_waits_meanwhile() {
    let (lists, versions) = fixture();
    lists.take_for_each_reading(100 * MILLISECOND);
    let before = (0..10).map(|_| tokio::spawn(ask(versions.clone())));
    let before: Vec<_> = before.collect();
    settle().await;
    tokio::time::advance(50 * MILLISECOND).await;
    lists.change();
    versions.note_write();
    let after = (0..10).map(|_| tokio::spawn(ask(versions.clone())));
    let after: Vec<_> = after.collect();
    for asked in before {
        assert_eq!(asked.await.unwrap(), 1);
    }
    assert_eq!(lists.readings(), 2, "one has begun for all who wait");
    for asked in after {
        assert_eq!(asked.await.unwrap(), 2);
    }
    assert_eq!(lists.readings(), 2);
}

async fn ask(versions: Arc<LatestVersion>) -> u128 {
    current(&versions).await
}

#[tokio::test(start_paused = true)]
async fn a_slow_reading_serves_those_who_asked_before_it_began_and_nobody_else() {
    let (lists, versions) = fixture();
    lists.take_for_each_reading(700 * MILLISECOND);
    let first = tokio::spawn(ask(versions.clone()));
    settle().await;
    tokio::time::advance(100 * MILLISECOND).await;
    lists.change();
    let second = tokio::spawn(ask(versions.clone()));
    settle().await;
    assert_eq!(first.await.unwrap(), 1);
    assert_eq!(second.await.unwrap(), 2);
    assert_eq!(lists.readings(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_client_who_goes_away_ends_no_reading() {
    let (lists, versions) = fixture();
    lists.take_for_each_reading(100 * MILLISECOND);
    let mut gone = Box::pin(versions.current());
    assert!(poll!(gone.as_mut()).is_pending());
    settle().await;
    drop(gone);
    assert_eq!(current(&versions).await, 1);
    assert_eq!(lists.readings(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_shared_by_those_who_waited_for_it_and_tried_again_by_later_ones() {
    let (lists, versions) = fixture();
    lists.go_away(true);
    for readings in 1..=3 {
        assert_eq!(answers(&versions, 50).await, [None; 50]);
        assert_eq!(lists.readings(), readings);
        tokio::time::advance(MILLISECOND).await;
    }
    lists.go_away(false);
    assert_eq!(current(&versions).await, 1);
}

#[tokio::test(start_paused = true)]
async fn whoever_asks_while_a_reading_fails_gets_one_of_their_own() {
    let (lists, versions) = fixture();
    lists.take_for_each_reading(100 * MILLISECOND);
    lists.go_away(true);
    let failed = tokio::spawn(answers_one(versions.clone()));
    settle().await;
    tokio::time::advance(50 * MILLISECOND).await;
    let later = tokio::spawn(answers_one(versions.clone()));
    assert_eq!(failed.await.unwrap(), None);
    lists.go_away(false);
    assert_eq!(later.await.unwrap(), Some(1));
}

async fn answers_one(versions: Arc<LatestVersion>) -> Option<u128> {
    versions.current().await.ok().map(|version| version.0)
}

#[tokio::test(start_paused = true)]
async fn a_refresh_that_fails_costs_nobody_an_answer_before_the_version_is_too_old() {
    let (lists, versions) = fixture();
    current(&versions).await;
    lists.go_away(true);
    tokio::time::advance(REFRESH_AGE).await;
    for _ in 0..2 {
        assert_eq!(current(&versions).await, 1);
        settle().await;
    }
    assert_eq!(lists.readings(), 3);
    tokio::time::advance(MAX_AGE.saturating_sub(REFRESH_AGE)).await;
    assert_eq!(answers(&versions, 2).await, [None; 2]);
}

#[tokio::test(start_paused = true)]
async fn a_reading_that_panics_is_an_error_and_no_request_hangs_on_it() {
    let mut lists = MockListVersions::new();
    lists.expect_current().returning(|| panic!("a fault in the adapter"));
    let versions = LatestVersion::new(Arc::new(lists));
    for _ in 0..2 {
        let failed = versions.current().await;
        assert!(matches!(failed, Err(StoreError::Failed(_))));
    }
}

#[tokio::test(start_paused = true)]
async fn an_old_version_is_served_for_so_long_and_never_after_a_write() {
    let (_, versions) = fixture();
    let limit = Duration::from_mins(1);
    assert!(versions.stale(limit).is_none());
    current(&versions).await;
    tokio::time::advance(limit).await;
    assert_eq!(versions.stale(limit), Some((ListVersion(1), limit)));
    tokio::time::advance(MILLISECOND).await;
    assert_eq!(versions.stale(limit), None);
    assert_eq!(versions.stale(Duration::ZERO), None);
    current(&versions).await;
    versions.note_write();
    assert_eq!(versions.stale(limit), None);
    current(&versions).await;
    assert_eq!(versions.stale(limit), Some((ListVersion(1), Duration::ZERO)));
}

/// Two readings, of which the first to begin is the last to end.
#[tokio::test(start_paused = true)]
async fn of_two_readings_that_overlap_the_first_to_end_stays() {
    let (lists, versions) = fixture();
    let slow = versions.begin();
    tokio::time::advance(MILLISECOND).await;
    let quick = versions.begin();
    tokio::time::advance(MILLISECOND).await;
    versions.learn(quick, ListVersion(7));
    versions.learn(slow, ListVersion(6));
    assert_eq!(current(&versions).await, 7);
    let overlapping = versions.begin();
    tokio::time::advance(MILLISECOND).await;
    versions.learn(overlapping, ListVersion(8));
    assert_eq!(current(&versions).await, 8, "it began after the other ended");
    assert_eq!(lists.readings(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_reading_from_before_a_write_gives_way_to_one_that_overlaps_it() {
    let (lists, versions) = fixture();
    let before = versions.begin();
    tokio::time::advance(MILLISECOND).await;
    versions.note_write();
    let after = versions.begin();
    tokio::time::advance(MILLISECOND).await;
    versions.learn(before, ListVersion(6));
    versions.learn(after, ListVersion(7));
    assert_eq!(current(&versions).await, 7);
    versions.learn(before, ListVersion(6));
    assert_eq!(current(&versions).await, 7);
    assert_eq!(lists.readings(), 0);
}
