//! Listening sockets.

use std::{
    io,
    net::{SocketAddr, TcpListener, ToSocketAddrs},
};

use socket2::{Domain, Protocol, Socket, Type};

/// Connections that may wait to be taken.
const BACKLOG: i32 = 2_048;

/// Listens on the first address that `host` stands for.
pub(crate) fn listen(host: &str, port: u16) -> io::Result<TcpListener> {
    let mut addresses = (host, port).to_socket_addrs()?;
    let unknown = || io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    listen_on(addresses.next().ok_or_else(unknown)?)
}

/// Listens on `address`; port 0 takes a free one.
pub(crate) fn listen_on(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    // Elsewhere this would let two processes share a port.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    socket.set_nonblocking(true)?;
    Ok(socket.into())
}
