//! `basalt serve`.

use super::{Failure, runtime};
use crate::{
    application::{Application, stop_on_signals},
    config::Config,
    telemetry::{logs, metrics::Metrics},
};

/// Serves until a signal ends it.
pub(super) fn run(config: Config) -> Result<(), Failure> {
    let log = logs::install(&config.logs, logs::Output::Stdout, config.traces.is_some());
    logs::warn_of(&config.warnings);
    let metrics = Metrics::install(log.lost_lines());
    let metrics = metrics.map_err(|error| Failure::because("metrics can't be kept", error))?;
    runtime()?.block_on(async {
        let started = Application::build(config).await;
        let application = started
            .map_err(|error| Failure::because("the server did not start", error))?
            .with_metrics(metrics);
        stop_on_signals(application.stopper())
            .map_err(|error| Failure::because("signals can't be caught", error))?;
        application.announce().await;
        let ran = application.run().await;
        ran.map_err(|error| Failure::because("the server ended", error))
    })
}
