//! An HTTP server on loopback, for `cargo xtask serve` and the end-to-end tests, not for the internet.
//!
//! Whatever clients do, what the server holds has a bound: the number of connections, the bytes of each, and the time
//! that a client may take. A [`Handler`] answers; [`Folder`] is the one that serves a folder.

mod connection;
mod folder;
mod response;
#[cfg(test)]
mod tests;

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use crate::http::{self, Refusal, Request};

pub use connection::Connection;
pub use folder::Folder;
pub use response::{POLICY, Response};

/// What clients may take of a server.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections that are answered at once. A browser opens six.
    pub connections: usize,
    /// How long a client may be silent before a request. Browsers open a connection again.
    pub idle: Duration,
    /// How long the head of a request may take from its first byte.
    pub head: Duration,
    /// How long a client may take for a piece of a response. Linux finds room for the next piece when a third of its
    /// buffer is free, which grows to 4 MB: a client may take 11 kB/s.
    pub piece: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 128,
            idle: Duration::from_secs(30),
            head: Duration::from_secs(10),
            piece: Duration::from_secs(120),
        }
    }
}

/// Connections beyond [`Limits::connections`] that are told so; further ones are dropped.
const TURNED_AWAY: usize = 16;

/// Pause after a connection that could not be accepted, for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Who answers requests.
pub trait Handler: Send + Sync + 'static {
    /// Answers a request. After an error the connection ends without another word.
    ///
    /// # Errors
    /// When the client takes no more, or the response ends early.
    fn handle(&self, request: &Request, connection: &mut Connection) -> std::io::Result<()>;
}

/// A server that goes on until the process ends.
#[derive(Clone, Debug)]
pub struct Server {
    address: SocketAddr,
}

impl Server {
    /// Serves on this port of 127.0.0.1; port 0 takes a free one.
    ///
    /// # Errors
    /// When the port can't be had.
    pub fn start(handler: impl Handler, port: u16) -> std::io::Result<Self> {
        Self::with_limits(handler, port, Limits::default())
    }

    /// The same with other limits.
    ///
    /// # Errors
    /// When the port can't be had.
    pub fn with_limits(handler: impl Handler, port: u16, limits: Limits) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        let address = listener.local_addr()?;
        std::thread::spawn(move || accept(&listener, &Arc::new(handler), limits));
        Ok(Self { address })
    }

    /// Where a browser finds it, without a slash at the end.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// Gives each connection a thread, as long as there is room.
fn accept<H: Handler>(listener: &TcpListener, handler: &Arc<H>, limits: Limits) {
    // Each thread of a connection holds one; no other thread adds to them.
    let places = Arc::new(());
    for stream in listener.incoming() {
        let Ok(stream) = stream else {
            std::thread::sleep(ACCEPT_PAUSE);
            continue;
        };
        let taken = Arc::strong_count(&places) - 1;
        if taken >= limits.connections + TURNED_AWAY {
            continue;
        }
        let (place, handler) = (Arc::clone(&places), Arc::clone(handler));
        // Where there is no thread, the connection ends.
        let _ = std::thread::Builder::new().spawn(move || {
            // A broken connection concerns the client alone, and it knows.
            let _ = talk(&*handler, stream, limits, taken >= limits.connections);
            drop(place);
        });
    }
}

/// Answers the requests of a connection.
fn talk(
    handler: &impl Handler,
    stream: TcpStream,
    limits: Limits,
    full: bool,
) -> std::io::Result<()> {
    let mut connection = Connection::new(stream, limits)?;
    while let Some(request) = connection.read_request()? {
        let (response, wants_body) = match request {
            Err(refusal) => (Response::refusal(refusal), true),
            Ok(request) if full => (Response::refusal(Refusal::Full), request.wants_body),
            Ok(request) if !http::is_loopback(&request.host) => {
                (Response::refusal(Refusal::Host), request.wants_body)
            }
            Ok(request) => {
                handler.handle(&request, &mut connection)?;
                if request.keeps_alive {
                    continue;
                }
                return connection.end();
            }
        };
        response.send(&mut connection, wants_body, false)?;
        return connection.end();
    }
    Ok(())
}
