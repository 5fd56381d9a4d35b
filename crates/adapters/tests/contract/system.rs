//! Time and ids.

use std::sync::Arc;

use basalt_adapters::system::{SystemClock, UuidV7Ids};
use basalt_domain::ports::{Clock, Ids};

mod clock {
    use super::*;

    basalt_contract::clock_tests!(async || Arc::new(SystemClock) as Arc<dyn Clock>);
}

mod ids {
    use super::*;

    basalt_contract::ids_tests!(async || Arc::new(UuidV7Ids) as Arc<dyn Ids>);
}
