//! The transport under test, and a client that says what it likes.

use std::{net::SocketAddr, pin::Pin, rc::Rc, thread, time::Duration};

use actix_service::{IntoServiceFactory as _, Service as _, ServiceFactory, map_config};
use actix_web::{
    App, HttpResponse,
    body::MessageBody,
    dev::{AppConfig, ServiceResponse},
    web,
};
use basalt_server::transport::{Connections, Timeouts};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::{spawn_local, yield_now},
    time::timeout,
};

/// A test that waits this long has failed.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);
pub(super) const LARGE: usize = 64 * 1024 * 1024;

/// Timeouts that none of these tests comes near.
pub(super) fn patient() -> Timeouts {
    Timeouts { head: PATIENCE, idle: PATIENCE, write: PATIENCE }
}

/// The application that all of these tests ask.
fn app() -> impl ServiceFactory<
    actix_http::Request,
    Config = (),
    Response = ServiceResponse<impl MessageBody>,
    Error = actix_web::Error,
    InitError = (),
> {
    let hello = || async { "hello" };
    // Not ready when it is first asked, as a handler is that asks a database.
    let later = || async {
        yield_now().await;
        yield_now().await;
        "hello"
    };
    let echo = |body: Result<web::Bytes, actix_web::Error>| async move {
        body.map_or_else(
            |_| HttpResponse::BadRequest().body("no body"),
            |body| HttpResponse::Ok().body(body),
        )
    };
    let large = || async { HttpResponse::Ok().body(vec![b'x'; LARGE]) };
    let get_or_head = |route: fn() -> actix_web::Route| route();
    let app = App::new()
        .service(
            web::resource("/")
                .route(get_or_head(web::get).to(hello))
                .route(get_or_head(web::head).to(hello)),
        )
        .route("/later", web::to(later))
        .route("/echo", web::to(echo))
        .route("/unread", web::to(hello))
        .route("/large", web::to(large));
    map_config(app.into_factory(), |()| AppConfig::default())
}

/// A server in a thread of its own, stopped when dropped.
pub(super) struct Server {
    address: SocketAddr,
    pub(super) connections: Connections,
    _stop: oneshot::Sender<()>,
}

impl Server {
    pub(super) fn start(timeouts: Timeouts) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Connections::new(timeouts);
        let (stop, stopped) = oneshot::channel::<()>();
        let served = connections.clone();
        thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let running = actix_server::Server::build()
                    .workers(1)
                    .disable_signals()
                    .listen("test", listener, move || served.service(address, app()))
                    .unwrap()
                    .run();
                tokio::select! {
                    result = running => result.unwrap(),
                    _ = stopped => {}
                }
            });
        });
        Self { address, connections, _stop: stop }
    }

    pub(super) async fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        stream
    }
}

type Serve = dyn Fn(TcpStream) -> Pin<Box<dyn Future<Output = ()>>>;

/// The transport on the thread of the test. Here a client gives way until all that it has sent is
/// read, so that each of its pieces is a segment of its own without any waiting.
pub(super) struct Here {
    listener: TcpListener,
    serve: Rc<Serve>,
}

impl Here {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let factory = Connections::new(patient()).service(address, app());
        let service = Rc::new(factory.new_service(()).await.unwrap());
        let serve = move |stream| -> Pin<Box<dyn Future<Output = ()>>> {
            let connection = service.call(stream);
            Box::pin(async move { drop(connection.await) })
        };
        Self { listener, serve: Rc::new(serve) }
    }

    pub(super) async fn connect(&self) -> TcpStream {
        let address = self.listener.local_addr().unwrap();
        let client = TcpStream::connect(address).await.unwrap();
        client.set_nodelay(true).unwrap();
        let (stream, _) = self.listener.accept().await.unwrap();
        spawn_local((self.serve)(stream));
        client
    }

    /// All that the server says to these pieces, after which the client sends no more.
    pub(super) async fn answer(&self, pieces: &[&[u8]]) -> Vec<u8> {
        let client = self.connect().await;
        let (mut read, mut write) = client.into_split();
        let reading = spawn_local(async move {
            let mut received = Vec::new();
            let read = read.read_to_end(&mut received).await;
            (received, read)
        });
        for piece in pieces {
            // The server may have closed after what came before.
            if write.write_all(piece).await.is_err() {
                break;
            }
            read_by_server().await;
        }
        let _ = write.shutdown().await;
        let read = timeout(PATIENCE, reading).await;
        let sent = || pieces.iter().map(|piece| String::from_utf8_lossy(piece));
        let read = read.unwrap_or_else(|_| panic!("open after {:?}", sent().collect::<Vec<_>>()));
        let (received, read) = read.unwrap();
        let shown = String::from_utf8_lossy(&received);
        assert!(read.is_ok(), "{read:?} after {shown:?}");
        received
    }
}

/// Gives way so often that the server reads what was written, and answers.
pub(super) async fn read_by_server() {
    for _ in 0..6 {
        yield_now().await;
    }
}

/// The statuses of answers, in their order, as bytes tell them that hold no other lines like it.
pub(super) fn statuses(answer: &[u8]) -> Vec<u16> {
    let text = String::from_utf8_lossy(answer);
    let status = |part: &str| part.get(..3)?.parse().ok();
    text.split("HTTP/1.").skip(1).filter_map(|part| status(&part[2..])).collect()
}

/// An answer without what differs each time, and without the announcement of a close: that a
/// connection was closed shows in what is answered after it.
pub(super) fn lasting(answer: &[u8]) -> String {
    let text = String::from_utf8_lossy(answer);
    let fleeting = |line: &&str| !line.starts_with("date: ") && *line != "connection: close\r\n";
    text.split_inclusive('\n').filter(fleeting).collect()
}
