//! Bodies of answers that come piece by piece.

use axum::body::Body;
use hyper::body::{Body as HttpBody, Bytes, Frame};
use std::convert::Infallible;
use std::fs::File;
use std::io::Read;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::mpsc;

/// Bytes of a file read at a time.
const PIECE: usize = 64 * 1024;
/// Pieces read ahead of the caller.
const AHEAD: usize = 4;

/// A channel as a body.
pub struct Stream(pub mpsc::Receiver<Bytes>);

impl HttpBody for Stream {
    type Data = Bytes;
    type Error = Infallible;
    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(context).map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
    }
}

/// What is left of a file, read on a thread that may block. A read that fails ends it: the length in the answer's head tells the
/// caller that the rest is missing.
pub fn of_file(mut file: File) -> Body {
    let (sender, receiver) = mpsc::channel(AHEAD);
    tokio::task::spawn_blocking(move || {
        let mut piece = vec![0; PIECE];
        loop {
            let read = match file.read(&mut piece) {
                Ok(read) => piece.get(..read).filter(|read| !read.is_empty()),
                Err(error) => {
                    tracing::error!(%error, "a file could not be read to its end");
                    None
                }
            };
            let Some(read) = read else { return };
            // A caller who went away wants no more.
            if sender.blocking_send(Bytes::copy_from_slice(read)).is_err() {
                return;
            }
        }
    });
    Body::new(Stream(receiver))
}
