//! One read for all who want the same page at the same time.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use basalt_domain::{ListVersion, PostListKey, PostPage, ports::StoreError};
use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use tokio::sync::oneshot;
use tracing::Instrument as _;

pub(super) type Read = Result<Arc<PostPage>, StoreError>;
type Flight = Shared<BoxFuture<'static, Read>>;
/// A page of a version: whoever comes after a write that lists show knows another version, and so
/// never joins a read from before it.
pub(super) type FlightKey = (ListVersion, PostListKey);

/// The reads that are under way.
#[derive(Clone, Default)]
pub(super) struct Flights(Arc<Mutex<HashMap<FlightKey, Flight>>>);

impl Flights {
    /// Joins the read of `key`, or begins it. It runs in a task of its own, so nobody suffers when
    /// the one who began it goes away.
    pub(super) fn join(
        &self,
        key: FlightKey,
        read: impl Future<Output = Read> + Send + 'static,
    ) -> Flight {
        let mut flights = self.lock();
        if let Some(flight) = flights.get(&key) {
            return flight.clone();
        }
        let (answer, answered) = oneshot::channel();
        let landing = Landing { flights: self.clone(), key: key.clone() };
        let flight = async move {
            // Should the read panic, this is dropped before `answer`, which tells those who wait.
            let landing = landing;
            let read = read.await;
            // First, so that whoever hears of a failure and tries again does try.
            drop(landing);
            // That an answer can't be sent says that nobody waits any more.
            let _ = answer.send(read);
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
