//! A connection to one client: requests come and responses go, each within its time.
//!
//! Knows the socket. Refuses to know what is asked for.

use std::io::{BufRead, BufReader, Error, ErrorKind, Result, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use super::Limits;
use crate::http::{HEAD_LIMIT, Refusal, Request};

/// How long the server waits at the end for the client to take what it was sent.
const LINGER: Duration = Duration::from_secs(2);

/// A connection to a client.
#[derive(Debug)]
pub struct Connection {
    reader: BufReader<TcpStream>,
    limits: Limits,
    requests: usize,
}

impl Connection {
    pub(super) fn new(stream: TcpStream, limits: Limits) -> Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self {
            reader: BufReader::new(stream),
            limits,
            requests: 0,
        })
    }

    /// How many requests came over it so far.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.requests
    }

    /// Its socket.
    #[must_use]
    pub fn stream(&self) -> &TcpStream {
        self.reader.get_ref()
    }

    /// The next request; `None` when the client is done, or silent for too long.
    pub(super) fn read_request(&mut self) -> Result<Option<std::result::Result<Request, Refusal>>> {
        let mut head = Vec::new();
        let mut deadline = Instant::now() + self.limits.idle;
        loop {
            let is_first = head.is_empty();
            match self.read_line(&mut head, deadline) {
                Ok(0) => return Ok(None),
                Ok(_) => {}
                Err(error) if !is_timeout(&error) => return Err(error),
                Err(_) if is_first => return Ok(None),
                Err(_) => return Ok(Some(Err(Refusal::Slow))),
            }
            if is_first {
                deadline = Instant::now() + self.limits.head;
            }
            if head.ends_with(b"\r\n\r\n") {
                self.requests += 1;
                // Bytes that are no text make a request that makes no sense, and is told so.
                let head = String::from_utf8(head).unwrap_or_default();
                return Ok(Some(Request::parse(&head)));
            }
            if head.len() > HEAD_LIMIT {
                return Ok(Some(Err(Refusal::Long)));
            }
        }
    }

    /// Reads to the end of a line at most, and no further than a byte beyond the limit of heads.
    fn read_line(&mut self, head: &mut Vec<u8>, deadline: Instant) -> Result<usize> {
        let bytes = self.fill(deadline)?;
        let line = bytes.iter().position(|&byte| byte == b'\n');
        let end = line.map_or(bytes.len(), |at| at + 1);
        let taken = end.min(HEAD_LIMIT + 1 - head.len());
        head.extend_from_slice(&bytes[..taken]);
        self.reader.consume(taken);
        Ok(taken)
    }

    /// Bytes that the client sent; none when it is done.
    fn fill(&mut self, deadline: Instant) -> Result<&[u8]> {
        while self.reader.buffer().is_empty() {
            let left = time_left(deadline)?;
            self.stream().set_read_timeout(Some(left))?;
            match self.reader.fill_buf() {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
                Ok(_) => break,
            }
        }
        Ok(self.reader.buffer())
    }

    /// Ends the connection after the client took what it was sent: closed while bytes of the client are unread, the
    /// connection would be reset, and the response lost.
    pub(super) fn end(&mut self) -> Result<()> {
        self.stream().shutdown(Shutdown::Write)?;
        let deadline = Instant::now() + LINGER;
        loop {
            let bytes = self.fill(deadline)?.len();
            if bytes == 0 {
                return Ok(());
            }
            self.reader.consume(bytes);
        }
    }
}

impl Write for Connection {
    /// Sends all of the bytes.
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let deadline = Instant::now() + self.limits.piece;
        let mut stream = self.stream();
        let mut sent = 0;
        while sent < bytes.len() {
            stream.set_write_timeout(Some(time_left(deadline)?))?;
            match stream.write(&bytes[sent..]) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(count) => sent += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(sent)
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

/// The time until then; an error when it is over.
fn time_left(deadline: Instant) -> Result<Duration> {
    let left = deadline.saturating_duration_since(Instant::now());
    match left.is_zero() {
        true => Err(ErrorKind::TimedOut.into()),
        false => Ok(left),
    }
}

/// Did a socket's time run out? Systems have two words for it.
fn is_timeout(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}
