//! Whether a Redis that was full has room again.

use std::{sync::LazyLock, time::Duration};

use deadpool_redis::redis::{Script, cmd};

use super::{Redis, connections::Request, keys::BALLAST, millis, refusal::CallError};

/// As much as some large pages. A full Redis always has a few bytes now and then, where something
/// has expired; one that is trusted for those is full again with the next page.
const ROOM: usize = 1024 * 1024;
/// Should nobody come to unload it.
const LIFE: Duration = Duration::from_secs(1);

static LOAD: LazyLock<Script> =
    LazyLock::new(|| Script::new(include_str!("scripts/load_ballast.lua")));

impl Redis {
    /// Takes up memory, so that a write that follows shows whether more than a little is free.
    /// Redis refuses a write when it is full already, however small or large it is.
    pub(super) async fn load_ballast(&self) -> Result<(), CallError> {
        let mut script = LOAD.key(BALLAST);
        script.arg(ROOM).arg(millis(LIFE));
        self.ask(&Request::Script(script)).await
    }

    /// Gives the memory back.
    pub(super) async fn unload_ballast(&self) {
        let mut delete = cmd("DEL");
        delete.arg(BALLAST);
        // It expires by itself, too.
        let _ = self.ask::<()>(&Request::Command(delete)).await;
    }
}
