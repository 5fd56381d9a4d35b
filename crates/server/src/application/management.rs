//! The listener for operators: `/metrics`, and nothing else.

use std::{
    io,
    net::{SocketAddr, TcpListener},
};

use actix_service::{IntoServiceFactory as _, ServiceFactory, map_config};
use actix_web::{
    App, HttpResponse,
    body::MessageBody,
    dev::{AppConfig, ServiceResponse},
    web,
};
use metrics_exporter_prometheus::PrometheusHandle;
use tracing::warn;

use super::{StartError, gauges::Gauges};
use crate::{config::Management, transport::listen::listen_on};

/// The form of Prometheus's text, version 0.0.4.
const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Listens where the configuration says. The default address may be taken, by another server on
/// the same machine: then there are no metrics. One that was chosen must be free.
pub(super) fn listen(management: Option<Management>) -> Result<Option<TcpListener>, StartError> {
    let Some(Management { address, chosen }) = management else {
        return Ok(None);
    };
    match listen_on(address) {
        Ok(listener) => Ok(Some(listener)),
        Err(error) if !chosen && error.kind() == io::ErrorKind::AddrInUse => {
            warn!(%address, "the address for metrics is taken; there are none. Set MANAGEMENT_ADDR");
            Ok(None)
        }
        Err(source) => Err(StartError::Listen {
            variables: "MANAGEMENT_ADDR",
            address: address.to_string(),
            source,
        }),
    }
}

/// Where it listens.
pub(super) fn address(listener: Option<&TcpListener>) -> Option<SocketAddr> {
    listener.and_then(|listener| listener.local_addr().ok())
}

/// The application of the listener.
pub(super) fn app(
    metrics: Option<PrometheusHandle>,
    gauges: Gauges,
) -> impl ServiceFactory<
    actix_http::Request,
    Config = (),
    Response = ServiceResponse<impl MessageBody + use<>>,
    Error = actix_web::Error,
    InitError = (),
> + use<> {
    let render = move || {
        let (gauges, metrics) = (gauges.clone(), metrics.clone());
        async move {
            gauges.record().await;
            let text = metrics.as_ref().map(PrometheusHandle::render);
            HttpResponse::Ok()
                .content_type(CONTENT_TYPE)
                .body(text.unwrap_or_default())
        }
    };
    let route = web::resource("/metrics").route(web::get().to(render));
    map_config(App::new().service(route).into_factory(), |()| {
        AppConfig::default()
    })
}
