//! Ends what was started when this process ends, however it does.

use std::{
    io::Write as _,
    os::unix::process::CommandExt as _,
    process::{Child, Command, Stdio},
    sync::Mutex,
};

/// Reads which server runs (a line with its number, or an empty one) until the process that
/// started it is gone, or wants it gone: both close the pipe.
///
/// Children too: a frozen one would outlive its parent. The segment of shared memory is what a
/// PostgreSQL that was killed leaves in the kernel.
const SERVER: &str = r#"
trap '' HUP INT TERM
while read -r line; do server=$line; done
family() { ps -A -o pid=,ppid= | awk -v p="$server" '$1 == p || $2 == p { print $1 }'; }
if [ -n "$server" ]; then
  kill -s CONT $(family)
  kill -s "$2" "$server"
  for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    kill -s 0 "$server" || break
    sleep 0.1
  done
  kill -s KILL $(family)
fi
[ -f "$1/data/postmaster.pid" ] && ipcrm -m "$(awk 'NR == 7 { print $2 }' "$1/data/postmaster.pid")"
rm -rf "$1"
"#;

/// The engine may still be making the container when the process is killed.
const CONTAINER: &str = r#"
trap '' HUP INT TERM
while read -r line; do :; done
for i in 1 2 3 4 5; do
  if docker inspect "$1"; then docker rm --force --volumes "$1"; break; fi
  sleep 1
done
"#;

/// A process that clears up.
pub(crate) struct Watchdog(Mutex<Child>);

impl Watchdog {
    /// Over a server whose files are in `folder`, and which ends on `signal`.
    pub(crate) fn over_server(folder: &str, signal: &str) -> Result<Self, String> {
        Self::start(SERVER, &[folder, signal])
    }

    /// Over a container, which need not be there yet.
    pub(crate) fn over_container(name: &str) -> Result<Self, String> {
        Self::start(CONTAINER, &[name])
    }

    fn start(script: &str, arguments: &[&str]) -> Result<Self, String> {
        let child = Command::new("sh")
            .args(["-c", script, "watchdog"])
            .args(arguments)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Ctrl-C is for the tests; this is what remains afterwards.
            .process_group(0)
            .spawn();
        let child = child.map_err(|error| format!("sh can't be started: {error}"))?;
        Ok(Self(Mutex::new(child)))
    }

    /// Tells which server runs now.
    pub(crate) fn watch(&self, server: Option<u32>) {
        let line = server.map(|id| id.to_string()).unwrap_or_default();
        let mut child = self.0.lock().expect("nobody panics with it");
        if let Some(pipe) = &mut child.stdin {
            let told = writeln!(pipe, "{line}");
            told.expect("the watchdog reads as long as this process lives");
        }
    }

    /// Has it clear up now.
    pub(crate) fn release(&self) {
        drop(self.0.lock().expect("nobody panics with it").stdin.take());
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.release();
        let child = self.0.get_mut().expect("nobody panics with it");
        let _ = child.wait();
    }
}
