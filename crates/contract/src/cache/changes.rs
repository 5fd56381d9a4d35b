use super::{TimedCache, key};

pub(super) async fn a_page_from_before_an_announcement_is_gone_after_the_change(
    subject: TimedCache,
) {
    for number in 1..=20 {
        subject.fill(&key(number), "Old").await;
    }
    let mark = subject.expect_change().await;
    subject.redeem(mark).await;
    for number in 1..=20 {
        assert_eq!(
            subject.title(&key(number)).await,
            None,
            "a page from before an announcement must be gone after the change"
        );
    }
}

pub(super) async fn a_page_that_is_filled_while_a_change_is_expected_is_gone_after_it(
    subject: TimedCache,
) {
    let mark = subject.expect_change().await;
    for number in 1..=20 {
        subject.fill(&key(number), "Old").await;
    }
    subject.redeem(mark).await;
    for number in 1..=20 {
        assert_eq!(
            subject.title(&key(number)).await,
            None,
            "a page that is filled while a change is expected must be gone after it"
        );
    }
}

pub(super) async fn a_page_that_is_looked_up_while_a_change_is_expected_and_filled_after_it_is_never_seen(
    subject: TimedCache,
) {
    let mark = subject.expect_change().await;
    let generation = subject.look_up(&key(1)).await.generation;
    subject.redeem(mark).await;
    subject.fill_under(generation, &key(1), "Old").await;
    assert_eq!(
        subject.title(&key(1)).await,
        None,
        "a page that is looked up while a change is expected must not be seen after it"
    );
}

pub(super) async fn changes_that_are_expected_at_once_each_hide_what_was_filled_before_they_end(
    subject: TimedCache,
) {
    let marks = [
        subject.expect_change().await,
        subject.expect_change().await,
        subject.expect_change().await,
    ];
    for mark in marks {
        subject.fill(&key(1), "Old").await;
        subject.redeem(mark).await;
        assert_eq!(
            subject.title(&key(1)).await,
            None,
            "each change must hide what was filled before it ends, also when others are expected"
        );
    }
}

pub(super) async fn a_change_that_was_not_announced_hides_every_page_too(subject: TimedCache) {
    subject.fill(&key(1), "Old").await;
    let mark = subject.expect_change().await;
    subject.fill(&key(1), "Old").await;
    subject.bump().await;
    assert_eq!(
        subject.title(&key(1)).await,
        None,
        "a change that was not announced must hide every page too, while another is expected"
    );
    subject.redeem(mark).await;
}

pub(super) async fn after_a_change_pages_are_kept_again(subject: TimedCache) {
    for _ in 0..5 {
        let mark = subject.expect_change().await;
        subject.redeem(mark).await;
        subject.fill(&key(1), "New").await;
        assert_eq!(
            subject.title(&key(1)).await.as_deref(),
            Some("New"),
            "after a change pages must be kept again"
        );
    }
}

pub(super) async fn a_mark_can_be_redeemed_twice(subject: TimedCache) {
    let mark = subject.expect_change().await;
    subject.redeem(mark).await;
    subject.fill(&key(1), "Old").await;
    subject.redeem(mark).await;
    assert_eq!(
        subject.title(&key(1)).await,
        None,
        "a mark that is redeemed a second time must begin a generation as well"
    );
    subject.fill(&key(1), "New").await;
    assert!(
        subject.title(&key(1)).await.is_some(),
        "after a mark was redeemed twice pages must be kept again"
    );
}
