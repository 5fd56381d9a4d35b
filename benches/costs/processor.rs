//! Which core does what. `taskset` does the pinning: the system call would need `unsafe`.

use std::{
    num::NonZero,
    process::{Command, ExitCode, Stdio},
};

const SERVER_CORE: &str = "0";
const LOAD_CORE: &str = "1";

fn can_pin() -> bool {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let taskset = Command::new("taskset")
        .args(["-c", LOAD_CORE, "true"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    cores > 1 && taskset.is_ok_and(|status| status.success())
}

/// Runs this program again with the same arguments, pinned, and waits for it; `None` where that is
/// not possible.
pub(crate) fn run_again_on_load_core() -> Option<ExitCode> {
    if !can_pin() {
        return None;
    }
    let program = std::env::current_exe().ok()?;
    let status = Command::new("taskset")
        .args(["-c", LOAD_CORE])
        .arg(program)
        .args(std::env::args_os().skip(1))
        .arg("--pinned")
        .status()
        .ok()?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Some(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

/// This program as a server, on the core that is for servers.
pub(crate) fn server_command() -> std::io::Result<Command> {
    let program = std::env::current_exe()?;
    // Who is pinned to one core no longer sees two: ask for the other one all the same.
    let pinned = std::env::args().any(|argument| argument == "--pinned");
    if !pinned {
        return Ok(Command::new(program));
    }
    let mut command = Command::new("taskset");
    command.args(["-c", SERVER_CORE]).arg(program);
    Ok(command)
}

/// What the report says of it.
pub(crate) fn placement(pinned: bool) -> String {
    if pinned {
        format!("the servers on core {SERVER_CORE}, the load on core {LOAD_CORE}")
    } else {
        "not pinned: there is no taskset, or one core. The ratios mean little".to_owned()
    }
}
