//! `basalt` as a process of its own.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, ChildStdout, Command, Output, Stdio},
};

use tempfile::TempDir;

/// `basalt` in a folder of its own and with no environment but this.
pub(crate) fn basalt(folder: &TempDir, arguments: &[&str], env: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_basalt"));
    command
        .args(arguments)
        .env_clear()
        .envs(env.iter().copied())
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

pub(crate) fn run(folder: &TempDir, arguments: &[&str], env: &[(&str, &str)]) -> Output {
    let mut child = basalt(folder, arguments, env).spawn().unwrap();
    drop(child.stdin.take());
    child.wait_with_output().unwrap()
}

/// With `input` as stdin.
pub(crate) fn run_with(folder: &TempDir, arguments: &[&str], input: &str) -> Output {
    let mut child = basalt(folder, arguments, &[]).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A command that refuses its arguments reads nothing.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().unwrap()
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A server that runs until it is dropped.
pub(crate) struct Server {
    pub(crate) child: Child,
    lines: BufReader<ChildStdout>,
    said: String,
    pub(crate) address: String,
}

impl Server {
    pub(crate) fn start(folder: &TempDir, env: &[(&str, &str)]) -> Self {
        let mut env = env.to_vec();
        env.extend([("PORT", "0"), ("MANAGEMENT_ADDR", "127.0.0.1:0")]);
        let mut child = basalt(folder, &[], &env).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut said = String::new();
        let address = loop {
            let before = said.len();
            let read = lines.read_line(&mut said).unwrap();
            assert_ne!(read, 0, "it ended: {said}");
            if let Some(at) = said[before..].find("http://") {
                let rest = &said[before + at..];
                let end = rest.find(['"', '\n', ' ']).unwrap();
                break rest[..end].to_owned();
            }
        };
        Self { child, lines, said, address }
    }

    /// Where operators are served, as the banner tells it.
    pub(crate) fn management(&mut self) -> String {
        loop {
            if let Some((_, rest)) = self.said.split_once("Metrics") {
                let address = rest.trim_start().split("/metrics").next();
                return address.unwrap().to_owned();
            }
            let read = self.lines.read_line(&mut self.said).unwrap();
            assert_ne!(read, 0, "it ended: {}", self.said);
        }
    }

    /// The answer to `GET` on this path.
    pub(crate) fn get(&self, path: &str) -> String {
        let address = self.address.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Sends SIGTERM; returns the exit code and everything it said.
    pub(crate) fn terminate(mut self) -> (Option<i32>, String, String) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").arg(&pid).status().unwrap();
        assert!(sent.success());
        self.lines.read_to_string(&mut self.said).unwrap();
        let mut errors = String::new();
        let mut stderr = self.child.stderr.take().unwrap();
        stderr.read_to_string(&mut errors).unwrap();
        let code = self.child.wait().unwrap().code();
        (code, std::mem::take(&mut self.said), errors)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
