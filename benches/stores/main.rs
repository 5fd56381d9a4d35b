//! What a request costs on each pair of stores.
//!
//! ```text
//! just bench-stores
//! ```
//!
//! **What it measures.** One server with one worker on each pair of stores, and five requests that
//! are asked in turn by sixteen connections. `CPU` is the processor time of the server's process
//! for one request, without that of PostgreSQL and Redis; `rate` is requests per second.
//!
//! **How to read it.** Rates are this machine's, which the stores and the load share with the
//! server. The processor time says what a core of servers can do when the stores have cores of
//! their own. Compare figures of one run only.

#[path = "../cached_list/child.rs"]
#[allow(dead_code, reason = "shared with the other bench, which measures more")]
mod child;
mod load;
mod servers;

use std::{io, process::ExitCode, time::Duration};

use clap::Parser;

use load::{Figures, Load};
use servers::Server;

/// The one of the `basalt` command.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Compares what requests cost on each pair of stores.
#[derive(Clone, Debug, Parser)]
struct Options {
    /// Seconds for each request and pair
    #[arg(long, default_value_t = 4)]
    seconds: u64,
    /// Connections that are kept busy
    #[arg(long, default_value_t = 16)]
    connections: usize,
    /// Set by `cargo bench`
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    // The servers are this program too.
    if std::env::args().nth(1).as_deref() == Some("serve") {
        return basalt_server::cli::main();
    }
    let options = Options::parse();
    if !options.bench {
        println!("this takes time and says something about speed: `just bench-stores`");
        return ExitCode::SUCCESS;
    }
    match measure(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("the bench could not be run: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(options: &Options) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let load = Load {
        connections: options.connections,
        duration: Duration::from_secs(options.seconds),
    };
    runtime.block_on(async {
        println!("{:<26}{:<22}{:>12}{:>12}", "", "", "CPU", "rate");
        for server in servers::all().await? {
            for (name, request) in server.requests() {
                let Figures { cost, rate } = load.run(&server.child, &request).await?;
                let cost = format!("{:.0} µs", cost.as_secs_f64() * 1e6);
                println!(
                    "{:<26}{name:<22}{cost:>12}{:>12}",
                    server.stores,
                    format!("{rate:.0}/s")
                );
            }
        }
        Ok(())
    })
}

/// An error of ours.
fn wrong(what: impl Into<String>) -> io::Error {
    io::Error::other(what.into())
}

impl Server {
    /// What is asked, each by its name.
    fn requests(&self) -> [(&'static str, Vec<u8>); 5] {
        let get = |path: &str| self.request("GET", path, "");
        let post = r#"{"title":"One more","content":"Some words.","published":true}"#;
        [
            ("cached list", get("/api/posts?limit=10")),
            ("step of a walk", get("/api/posts?cursor=&limit=10")),
            ("one post", get(&self.a_post)),
            ("own account", get("/api/users/me")),
            ("new post", self.request("POST", "/api/posts", post)),
        ]
    }

    /// With a token, so that limits and state are those of a user.
    fn request(&self, method: &str, path: &str, body: &str) -> Vec<u8> {
        let (token, length) = (&self.token, body.len());
        format!(
            "{method} {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .into_bytes()
    }
}
