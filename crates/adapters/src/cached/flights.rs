//! One read for all who want the same page at the same time.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use basalt_domain::{
    PostListKey, PostPage,
    ports::{CacheGeneration, StoreError},
};
use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use tokio::sync::oneshot;
use tracing::Instrument as _;

pub(super) type Read = Result<Arc<PostPage>, StoreError>;
type Flight = Shared<BoxFuture<'static, Read>>;
/// A page in a generation: whoever comes after a write has another generation, and so never joins
/// a read from before it.
pub(super) type FlightKey = (CacheGeneration, PostListKey);

/// The reads that are under way.
#[derive(Clone, Default)]
pub(super) struct Flights(Arc<Mutex<HashMap<FlightKey, Flight>>>);

impl Flights {
    /// Joins the read of `key`, or begins it: `read`, then, with a page, `keep`. It runs in a task
    /// of its own, so nobody suffers when the one who began it goes away.
    pub(super) fn join<R, K, Kept>(&self, key: FlightKey, read: R, keep: K) -> Flight
    where
        R: Future<Output = Read> + Send + 'static,
        K: FnOnce(Arc<PostPage>) -> Kept + Send + 'static,
        Kept: Future<Output = ()> + Send,
    {
        let mut flights = self.lock();
        if let Some(flight) = flights.get(&key) {
            return flight.clone();
        }
        let (answer, answered) = oneshot::channel();
        let landing = Landing {
            flights: self.clone(),
            key: key.clone(),
        };
        let flight = async move {
            // Should the read panic, this is dropped before `answer`, which tells those who wait.
            let landing = landing;
            // That an answer can't be sent says that nobody waits any more.
            match read.await {
                Ok(page) => {
                    let _ = answer.send(Ok(Arc::clone(&page)));
                    keep(page).await;
                }
                Err(error) => {
                    // First, so that whoever hears of the failure and tries again does try.
                    drop(landing);
                    let _ = answer.send(Err(error));
                }
            }
        };
        tokio::spawn(flight.in_current_span());
        let flight = answered
            .map(|read| read.unwrap_or_else(|lost| Err(StoreError::failed(lost))))
            .boxed()
            .shared();
        flights.insert(key, flight.clone());
        flight
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<FlightKey, Flight>> {
        // Nothing that can panic is done to the map half way.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.lock().len()
    }
}

/// Ends a flight when dropped: also when the read panics.
struct Landing {
    flights: Flights,
    key: FlightKey,
}

impl Drop for Landing {
    fn drop(&mut self) {
        self.flights.lock().remove(&self.key);
    }
}
