//! Requests, fills, own and foreign writes in any order, on a database that is slow and fails.

use std::{collections::BTreeMap, sync::atomic::AtomicBool};

use async_trait::async_trait;
use tokio::time::sleep;

use super::*;

/// A simple generator (an LCG of Knuth's): each run can be repeated by its seed.
struct Dice(Mutex<u64>);

impl Dice {
    fn below(&self, sides: u64) -> u64 {
        let mut state = self.0.lock().unwrap();
        *state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*state >> 33) % sides
    }

    async fn pause(&self, most: u64) {
        sleep(Duration::from_millis(self.below(most))).await;
    }
}

/// A database whose versions count up, so that later ones are greater.
struct Model {
    dice: Dice,
    /// Which version was the present one from when on.
    history: Mutex<BTreeMap<Instant, u128>>,
    /// The version that own writes have reached that have ended.
    own: Mutex<u128>,
    is_being_read: AtomicBool,
}

impl Model {
    fn version(&self) -> u128 {
        let history = self.history.lock().unwrap();
        *history.last_key_value().unwrap().1
    }

    fn version_at(&self, moment: Instant) -> u128 {
        let history = self.history.lock().unwrap();
        // What came in the moment itself may be seen or not.
        let before = history.range(..moment).next_back();
        before.map_or(1, |(_, version)| *version)
    }

    fn commit(&self) -> u128 {
        let version = self.version() + 1;
        self.history.lock().unwrap().insert(Instant::now(), version);
        version
    }

    /// Looks at some moment between beginning and end.
    async fn look(&self) -> Result<ListVersion, StoreError> {
        self.dice.pause(400).await;
        let version = self.version();
        self.dice.pause(400).await;
        if self.dice.below(8) == 0 {
            return Err(StoreError::unavailable("gone"));
        }
        Ok(ListVersion(version))
    }
}

struct Reader(Arc<Model>);

#[async_trait]
impl ListVersions for Reader {
    async fn current(&self) -> Result<ListVersion, StoreError> {
        let was_being_read = self.0.is_being_read.swap(true, Ordering::SeqCst);
        assert!(!was_being_read, "one reading at a time");
        let found = self.0.look().await;
        self.0.is_being_read.store(false, Ordering::SeqCst);
        found
    }
}

async fn request(model: &Model, versions: &Arc<LatestVersion>) {
    let (asked, own) = (Instant::now(), *model.own.lock().unwrap());
    let Ok(ListVersion(served)) = versions.current().await else {
        return;
    };
    assert!(served >= own, "served {served} after the own write {own}");
    let oldest = Instant::now().checked_sub(MAX_AGE).map_or(asked, |old| asked.min(old));
    let needed = model.version_at(oldest);
    assert!(served >= needed, "served {served}, {needed} was there before");
    let slowest = 4 * Duration::from_millis(800);
    assert!(asked.elapsed() <= slowest, "{:?}", asked.elapsed());
}

async fn own_write(model: &Model, versions: &Arc<LatestVersion>) {
    let noted = versions.note_write_after();
    model.dice.pause(50).await;
    let version = model.commit();
    model.dice.pause(50).await;
    drop(noted);
    let mut own = model.own.lock().unwrap();
    *own = version.max(*own);
}

async fn fill(model: &Model, versions: &Arc<LatestVersion>) {
    let begun = versions.begin();
    if let Ok(version) = model.look().await {
        versions.learn(begun, version);
    }
}

async fn client(model: Arc<Model>, versions: Arc<LatestVersion>) {
    for _ in 0..40 {
        model.dice.pause(200).await;
        match model.dice.below(10) {
            0 => own_write(&model, &versions).await,
            1 => drop(model.commit()),
            2 | 3 => fill(&model, &versions).await,
            _ => request(&model, &versions).await,
        }
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_is_served_a_version_from_before_an_own_write_or_one_that_is_too_old() {
    for seed in 0..300 {
        let model = Arc::new(Model {
            dice: Dice(Mutex::new(seed)),
            history: Mutex::new(BTreeMap::from([(Instant::now(), 1)])),
            own: Mutex::new(1),
            is_being_read: AtomicBool::new(false),
        });
        let versions = LatestVersion::new(Arc::new(Reader(Arc::clone(&model))));
        let clients = (0..6).map(|_| {
            let client = client(Arc::clone(&model), Arc::clone(&versions));
            tokio::spawn(client)
        });
        for done in join_all(clients.collect::<Vec<_>>()).await {
            done.unwrap_or_else(|failed| panic!("with the seed {seed}: {failed}"));
        }
    }
}
