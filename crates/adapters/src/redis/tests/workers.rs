use super::outage::{back, five, running, somebody};
use basalt_domain::ports::RateLimiter as _;
use basalt_test_stores::own_redis;

/// Each runtime has a connection of its own, and what one of them finds must not hold for the rest.
#[tokio::test]
async fn a_worker_that_found_redis_gone_asks_it_again_when_it_is_back() {
    let Some(server) = own_redis().await else {
        return;
    };
    let redis = running(&server).await;
    let worker =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let takes_on_the_worker = async || {
        let limiter = redis.rate_limiter();
        let taken = async move { limiter.take(&[(five(), somebody())]).await.is_ok() };
        worker.spawn(taken).await.unwrap()
    };
    assert!(takes_on_the_worker().await);
    server.stop();
    assert!(!takes_on_the_worker().await);
    server.start().await;
    back(&redis).await;
    assert!(takes_on_the_worker().await);
    worker.shutdown_background();
}
