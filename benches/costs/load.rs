//! The load: connections that ask again as soon as they are answered, or in a steady pace.

use std::{
    cell::{Cell, RefCell},
    io,
    net::SocketAddr,
    rc::Rc,
    time::Duration,
};

use tokio::{
    task::{JoinSet, yield_now},
    time::{Instant, sleep, sleep_until},
};

use crate::{client::Client, figures::Figures, usage};

/// Before it counts.
const WARM_UP: Duration = Duration::from_secs(1);

/// What is asked: the bytes of requests, which are taken in turn.
pub(crate) type Requests = Rc<[Vec<u8>]>;

/// What is asked of a server, and by how many.
pub(crate) struct Load {
    pub(crate) address: SocketAddr,
    pub(crate) requests: Requests,
    pub(crate) connections: usize,
    /// The time from one request of a connection to its next; as soon as it is answered without.
    pub(crate) pace: Option<Duration>,
    /// What others ask meanwhile, each on a connection of its own. It is not counted, and may be
    /// refused.
    pub(crate) flood: Vec<Vec<u8>>,
    pub(crate) duration: Duration,
    /// Never sleeps: a server would have to wake this thread for an answer, which costs it more
    /// the longer the other answers take, and is no work of its own. Not where stores share the
    /// core with the load.
    pub(crate) is_awake: bool,
}

/// Whose processor time is counted.
pub(crate) struct Processes {
    pub(crate) server: Option<u32>,
    /// Each with its children.
    pub(crate) stores: Vec<u32>,
}

impl Processes {
    fn times(&self) -> io::Result<[Duration; 2]> {
        let server = self.server.map_or(Ok(Duration::ZERO), usage::processor_time)?;
        let stores = self.stores.iter().copied();
        let stores: io::Result<Duration> = stores.map(usage::processor_time_of_family).sum();
        Ok([server, stores?])
    }
}

#[derive(Default)]
struct Tally {
    is_counting: Cell<bool>,
    latencies: RefCell<Vec<Duration>>,
}

impl Load {
    /// Puts the load on a server.
    pub(crate) async fn run(&self, processes: &Processes) -> io::Result<Figures> {
        let tally = Rc::new(Tally::default());
        let mut clients = JoinSet::new();
        for number in 0..self.connections {
            let client = Client::connect(self.address, false).await?;
            // Each begins elsewhere, so that they don't ask for the same thing at once.
            let first = number * self.requests.len() / self.connections;
            let requests = Rc::clone(&self.requests);
            clients.spawn_local(ask(client, requests, first, self.pace, Rc::clone(&tally)));
        }
        for request in &self.flood {
            let client = Client::connect(self.address, true).await?;
            let requests = Rc::from([request.clone()]);
            clients.spawn_local(ask(client, requests, 0, None, Rc::default()));
        }
        if self.is_awake {
            clients.spawn_local(async {
                loop {
                    yield_now().await;
                }
            });
        }
        tokio::select! {
            figures = self.count(processes, &tally) => figures,
            Some(ended) = clients.join_next() => match ended {
                Ok(Err(error)) => Err(error),
                other => Err(io::Error::other(format!("a client ended: {other:?}"))),
            },
        }
    }

    async fn count(&self, processes: &Processes, tally: &Tally) -> io::Result<Figures> {
        sleep(WARM_UP).await;
        let [server, stores] = processes.times()?;
        let begun = Instant::now();
        tally.is_counting.set(true);
        sleep(self.duration).await;
        tally.is_counting.set(false);
        let elapsed = begun.elapsed();
        let [server_after, stores_after] = processes.times()?;
        let latencies = tally.latencies.take();
        let count = u32::try_from(latencies.len().max(1)).unwrap_or(u32::MAX);
        let has_stores = !processes.stores.is_empty();
        Ok(Figures {
            server: processes.server.map(|_| server_after.saturating_sub(server) / count),
            stores: has_stores.then(|| stores_after.saturating_sub(stores) / count),
            memory: processes.server.map(usage::memory).transpose()?,
            ..Figures::of(latencies, elapsed)
        })
    }
}

/// Asks for ever; only an answer that is no success ends it.
async fn ask(
    mut client: Client,
    requests: Requests,
    first: usize,
    pace: Option<Duration>,
    tally: Rc<Tally>,
) -> io::Result<()> {
    let mut due = Instant::now();
    for request in requests.iter().cycle().skip(first) {
        let mut begun = Instant::now();
        if let Some(pace) = pace {
            due += pace;
            if due > begun {
                sleep_until(due).await;
                begun = Instant::now();
            } else {
                // The answer before it was late, and this request waited for that.
                begun = due;
            }
        }
        client.exchange(request).await?;
        if tally.is_counting.get() {
            tally.latencies.borrow_mut().push(begun.elapsed());
        }
    }
    Ok(())
}
