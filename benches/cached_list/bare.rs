//! The yardstick: actix-web as it comes, and one handler that sends bytes it has.

use std::{fs, io, path::Path, process::ExitCode};

use actix_web::{App, HttpResponse, HttpServer, web};
use bytes::Bytes;

use crate::{
    child::{Child, free_address},
    processor::server_command,
};

/// Starts the server that [`main`] is.
pub(crate) fn start(body: &Bytes, folder: &Path) -> io::Result<Child> {
    let file = folder.join("body");
    fs::write(&file, body)?;
    let address = free_address()?;
    let mut command = server_command()?;
    command.arg("bare").arg(address.to_string()).arg(file);
    Child::start(command, address, crate::basalt::LIST)
}

/// Serves the bytes of a file: `bare ADDRESS FILE`.
pub(crate) fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(2);
    let served = arguments
        .next()
        .zip(arguments.next())
        .map(|(address, file)| serve(&address, &file));
    match served {
        Some(Ok(())) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

fn serve(address: &str, file: &str) -> io::Result<()> {
    let body = web::Data::new(Bytes::from(fs::read(file)?));
    actix_web::rt::System::new().block_on(async move {
        HttpServer::new(move || {
            App::new()
                .app_data(body.clone())
                .route("/api/posts", web::get().to(list))
        })
        .workers(1)
        .bind(address)?
        .run()
        .await
    })
}

async fn list(body: web::Data<Bytes>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .body(Bytes::clone(&body))
}
