//! The limits: actix-web as it comes, and one handler that does what can't be left out.

mod answers;
mod inserts;
pub(crate) mod passwords;
mod rows;

use std::{fs, io, process::ExitCode};

use actix_web::{App, HttpResponse, HttpServer, error::ErrorInternalServerError, web};
use bytes::Bytes;
use clap::{Parser, ValueEnum};
use deadpool_redis::redis::{Client, aio::MultiplexedConnection, pipe};

use crate::{
    child::{Child, free_address},
    processor::server_command,
    wrong,
};

/// What the handler does.
#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
pub(crate) enum Handler {
    /// Sends bytes that it has.
    Bytes,
    /// The same after one pipelined round trip to Redis: a counter, and the page.
    Redis,
    /// Sends ten posts, one post or ten users that it reads by plain sqlx, with no total.
    Posts,
    Post,
    Users,
    /// Writes a post by plain sqlx.
    Insert,
    /// The same into a table without our indexes and triggers.
    PlainInsert,
}

/// `bare HANDLER ADDRESS`.
#[derive(Debug, Parser)]
struct Options {
    #[arg(value_enum)]
    handler: Handler,
    address: String,
    /// What the answer is made of: a file, or a database
    #[arg(long)]
    source: String,
    #[arg(long, default_value = "")]
    redis: String,
}

/// Starts the server that [`main`] is.
pub(crate) fn start(handler: Handler, source: &str, redis: &str) -> io::Result<Child> {
    let address = free_address()?;
    let mut command = server_command()?;
    let handler = handler.to_possible_value();
    let handler = handler.ok_or_else(|| wrong("a handler without a name"))?;
    command
        .args(["bare", handler.get_name(), &address.to_string()])
        .args(["--source", source, "--redis", redis]);
    Child::start(command, address, "/ready")
}

pub(crate) fn main() -> ExitCode {
    let arguments = std::env::args().skip(1);
    let options = Options::parse_from(arguments);
    match actix_web::rt::System::new().block_on(serve(options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(options: Options) -> io::Result<()> {
    let Options { handler, address, source, redis } = options;
    let work = match handler {
        Handler::Bytes => Work::Bytes(fs::read(source)?.into()),
        Handler::Redis => Work::redis(&redis, &fs::read(source)?).await?,
        Handler::Posts => Work::Posts(rows::Rows::open(&source).await?),
        Handler::Post => Work::Post(rows::Rows::open(&source).await?),
        Handler::Users => Work::Users(rows::Rows::open(&source).await?),
        Handler::Insert => Work::Insert(inserts::Inserts::open(&source, false).await?),
        Handler::PlainInsert => Work::Insert(inserts::Inserts::open(&source, true).await?),
    };
    let work = web::Data::new(work);
    HttpServer::new(move || {
        App::new()
            .app_data(work.clone())
            .route("/ready", web::get().to(HttpResponse::Ok))
            .default_service(web::to(answer))
    })
    .workers(1)
    .bind(address)?
    .run()
    .await
}

enum Work {
    Bytes(Bytes),
    Redis(MultiplexedConnection),
    Posts(rows::Rows),
    Post(rows::Rows),
    Users(rows::Rows),
    Insert(inserts::Inserts),
}

impl Work {
    async fn redis(url: &str, body: &[u8]) -> io::Result<Self> {
        let connected = async {
            let client = Client::open(url)?;
            let mut connection = client.get_multiplexed_async_connection().await?;
            pipe().set(PAGE, body).query_async::<()>(&mut connection).await?;
            Ok::<_, deadpool_redis::redis::RedisError>(connection)
        };
        Ok(Self::Redis(connected.await.map_err(wrong)?))
    }
}

/// In Redis, where the bench's pages and counters are not in the way of others.
const PAGE: &str = "bare:page";
const COUNTER: &str = "bare:counter";

async fn answer(
    work: web::Data<Work>,
    request: actix_web::HttpRequest,
    body: Bytes,
) -> actix_web::Result<HttpResponse> {
    let body = match &**work {
        Work::Bytes(bytes) => bytes.clone(),
        Work::Redis(connection) => {
            let mut connection = connection.clone();
            let answers = pipe()
                .incr(COUNTER, 1)
                .get(PAGE)
                .query_async::<(i64, Vec<u8>)>(&mut connection)
                .await;
            answers.map_err(ErrorInternalServerError)?.1.into()
        }
        Work::Posts(rows) => rows.posts(request.query_string()).await?.into(),
        Work::Post(rows) => rows.post(request.path()).await?.into(),
        Work::Users(rows) => rows.users().await?.into(),
        Work::Insert(inserts) => return inserts.insert(&body).await,
    };
    Ok(HttpResponse::Ok().content_type("application/json").body(body))
}
