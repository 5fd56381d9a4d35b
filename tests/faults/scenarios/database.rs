//! A PostgreSQL that is gone, dead or silent.

use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::{Length, Outcome};
use crate::{
    figures::Figures,
    support::{
        Fault, Ledger, Load, Relay, Running, Sample, Samples, Server, Setup, Sql, Writers, admin,
        breakable_postgres, get, until,
    },
};

/// What a busy machine may add to any time.
const SLACK: Duration = Duration::from_millis(300);
/// One that refuses is answered for within this.
const REFUSED: Duration = Duration::from_secs(1);
/// Acquire and statement timeout, as they are by default.
const SILENT: Duration = Duration::from_millis(800 + 2000);
/// Once it is known to be silent: half of what whoever waited for a connection would take.
const AT_ONCE: Duration = Duration::from_millis(400);
/// However many requests fail: whoever reads a log in an outage has to find its cause in it.
const ALARMS: usize = 9;
const READY_TURNS: Duration = Duration::from_secs(3);
const READY_AGAIN: Duration = Duration::from_secs(5);
const BACK: Duration = Duration::from_secs(2);
/// Packets that were swallowed are sent again, and less and less often.
const BACK_AFTER_SILENCE: Duration = Duration::from_secs(5);

/// Stopped in good order.
pub(crate) async fn stopped(length: Length) -> Outcome {
    outage(Fault::Stopped, REFUSED, length).await
}

/// Killed, all of its processes.
pub(crate) async fn killed(length: Length) -> Outcome {
    outage(Fault::Killed, REFUSED, length).await
}

/// Frozen: it takes connections and answers nothing.
pub(crate) async fn frozen(length: Length) -> Outcome {
    outage(Fault::Frozen, SILENT, length).await
}

async fn outage(fault: Fault, bar: Duration, length: Length) -> Outcome {
    let postgres = breakable_postgres().await?;
    let trial = Trial::begin(postgres.url(), postgres.url()).await;
    fault.strike(&postgres);
    let broken = trial.endure(length).await;
    fault.mend(&postgres).await;
    Ok(trial.judge(broken, bar, BACK).await)
}

/// Behind a network that swallows what is sent.
pub(crate) async fn unreachable(length: Length) -> Outcome {
    let postgres = breakable_postgres().await?;
    let relay = Relay::to(postgres.url()).await;
    let trial = Trial::begin(postgres.url(), relay.url()).await;
    relay.pull();
    let broken = trial.endure(length).await;
    relay.plug();
    Ok(trial.judge(broken, SILENT, BACK_AFTER_SILENCE).await)
}

/// A server under load whose database is about to break.
struct Trial {
    server: Server,
    /// Holds the folder with the log.
    _setup: Setup,
    alarms_before: usize,
    truth: String,
    ledger: Ledger,
    writers: Writers,
    readers: Running,
    cached: Running,
    live: Running,
    ready: Running,
}

impl Trial {
    async fn begin(truth: &str, url: &str) -> Self {
        // As by default, since the log is looked at.
        let setup = Setup::database(url).with("LOG_LEVEL", "info");
        let server = Server::start(&setup).await;
        let token = admin(&mut server.client()).await;
        let load = |clients, path, token: &str| {
            let load = Load {
                address: server.address(),
                clients,
                pace: Duration::from_millis(40),
                request: get(path, token),
            };
            load.start()
        };
        let ledger = Ledger::default();
        let trial = Self {
            writers: Writers::start(3, &[server.address()], &token, "post", &ledger),
            readers: load(4, "/api/users/me", &token),
            cached: load(1, "/api/posts", ""),
            live: load(1, "/health/live", ""),
            ready: load(1, "/health/ready", ""),
            truth: truth.to_owned(),
            ledger,
            alarms_before: server.alarms(),
            server,
            _setup: setup,
        };
        sleep(Duration::from_secs(1)).await;
        trial
    }

    /// Lets the outage last. When it began.
    async fn endure(&self, length: Length) -> Instant {
        let begun = Instant::now();
        sleep(Duration::from_secs(length.of(5, 12))).await;
        begun
    }

    /// Called when the database is there again.
    async fn judge(mut self, broken: Instant, bar: Duration, back: Duration) -> Figures {
        let mended = Instant::now();
        until("the server is ready", async || self.server.is_ready().await).await;
        // A relapse would show now.
        sleep(BACK).await;
        let mut figures = Figures::default();
        figures.holds("the process lives", self.server.is_alive());
        let alarms = self.server.alarms() - self.alarms_before;
        figures.at_most("lines above info", alarms, ALARMS);
        let told = self.server.has_told_of_refusals();
        figures.holds("the log tells how many were refused", told);
        let readers = self.readers.stop().await;
        let during = |sample: &Sample| sample.begun > broken && sample.ended() < mended;
        judge_readers(&mut figures, &readers.only(during), broken, bar);
        figures.within("back after", last_failure(&readers, mended), back);

        let others = [readers, self.cached.stop().await];
        let is_strange = |it: &Sample| it.status != 200 && !it.is_sent_away();
        let strange = others.iter().map(|samples| samples.count(is_strange));
        figures.none("answers other than 200 and 503 with Retry-After", strange.sum());
        let live = self.live.stop().await;
        figures.none("of /health/live not 200", live.count(|it| it.status != 200));
        figures.within("p99 of it", live.percentile(99), Duration::from_millis(500));
        judge_ready(&mut figures, &self.ready.stop().await, broken, mended);

        self.writers.finish().await;
        let balance = self.ledger.balance(&Sql::open(&self.truth).await).await;
        figures.note(format!("{} posts acknowledged", balance.acknowledged));
        figures.none("lost", balance.lost);
        figures.none("doubled", balance.doubled);
        figures.none("that nobody was told of", balance.unknown);
        figures
    }
}

fn judge_readers(figures: &mut Figures, during: &Samples, broken: Instant, bar: Duration) {
    let failed = during.only(|sample| sample.status != 200);
    let first = failed.first().expect("an outage is noticed");
    figures.within("first 503 after", first.took, bar + SLACK);
    figures.within("none later than", failed.longest(), bar + SLACK);
    let then = failed.only(|sample| sample.begun > first.ended());
    let at_once = if bar == SILENT { AT_ONCE } else { bar };
    figures.within("then (p99) after", then.percentile(99), at_once);
    // A state that is older than a second opens no door.
    let late = |it: &Sample| it.status == 200 && it.begun > broken + Duration::from_secs(1);
    figures.none("of a signed-in caller's reads answered 200", during.count(late));
}

fn judge_ready(figures: &mut Figures, ready: &Samples, broken: Instant, mended: Instant) {
    let red = ready.only(|it| it.status == 503 && it.begun > broken);
    let turned = red.first().map_or(READY_TURNS * 9, |first| first.ended() - broken);
    figures.within("ready 503 after", turned, READY_TURNS);
    let green =
        |it: &Sample| it.status == 200 && it.begun > broken + READY_TURNS && it.ended() < mended;
    figures.none("of /health/ready 200 after that", ready.count(green));
    figures.within("ready again after", last_failure(ready, mended), READY_AGAIN);
}

/// How long after the repair the last failure came.
fn last_failure(samples: &Samples, mended: Instant) -> Duration {
    let failed = samples.0.iter().filter(|sample| sample.status != 200);
    let last = failed.map(Sample::ended).max();
    last.map_or(Duration::ZERO, |last| last.saturating_duration_since(mended))
}
