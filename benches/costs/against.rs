//! The same questions to any server with these routes.

use std::{io, time::Duration};

use clap::{Args, ValueEnum as _};

use crate::{
    api::Api,
    load::{Load, Processes},
    questions::Question,
    report::{self, Row},
    wrong,
};

#[derive(Args, Clone, Debug)]
pub(crate) struct Options {
    /// Measure the server there instead, by HTTP alone
    #[arg(long = "against", value_name = "URL", requires_all = ["email", "password"])]
    pub(crate) url: Option<String>,
    /// Of an administrator there
    #[arg(long)]
    email: Option<String>,
    #[arg(long)]
    password: Option<String>,
    /// Its process, if it is on this machine: then its processor time is told
    #[arg(long)]
    process: Option<u32>,
    /// Processes of its stores, each with its children
    #[arg(long, value_delimiter = ',')]
    stores: Vec<u32>,
}

/// As many as the scenarios have: who asks for more logins or searches than a core does in a second
/// is refused.
fn connections(question: Question) -> usize {
    match question {
        Question::Login => 2,
        Question::FrequentWord | Question::MissingWord => 1,
        _ => 64,
    }
}

pub(crate) async fn run(options: &Options, duration: Duration) -> io::Result<()> {
    let url = options.url.as_deref().unwrap_or_default().trim_end_matches('/');
    let host = url.strip_prefix("http://");
    let host = host.ok_or_else(|| wrong("a URL begins with http://; TLS is not measured"))?;
    let host = if host.contains(':') { host.to_owned() } else { format!("{host}:80") };
    let (email, password) = (options.email.as_deref(), options.password.as_deref());
    let api = Api::log_in(&host, email.unwrap_or_default(), password.unwrap_or_default())?;
    let processes = Processes { server: options.process, stores: options.stores.clone() };
    print!("{}", report::HEAD);
    for question in Question::value_variants() {
        let load = Load {
            address: api.address()?,
            requests: question.requests(&api)?,
            connections: connections(*question),
            pace: None,
            flood: Vec::new(),
            duration,
            is_awake: false,
        };
        match load.run(&processes).await {
            Ok(figures) => print!("{}", Row::alone(question.name(), figures).lines()),
            // A server that has no such route has the others all the same.
            Err(error) => {
                let error = error.to_string();
                let line = error.lines().next().unwrap_or_default();
                println!("| {} | not measured: {line} |", question.name());
            }
        }
    }
    Ok(())
}
