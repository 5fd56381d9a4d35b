//! The store in memory.

use basalt_adapters::memory::MemoryStore;
use basalt_contract::Store;

async fn fresh() -> Store {
    Store::of(&MemoryStore::new())
}

basalt_contract::store_tests!(fresh);
