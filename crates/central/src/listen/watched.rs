//! A connection that does nothing ends.
//!
//! hyper's time-out for headers begins once it has read which version is spoken, and HTTP/2 has none: who sends nothing,
//! or a byte now and then, would keep a connection for ever. So it is held here, below the protocol: while no request
//! is open, there is a time for one to come.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// How long a connection may do nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// Until the first request's head has arrived, from when the connection was made.
    pub(super) first: Duration,
    /// Until the next one's, once it has carried a request: a clerk's next customer.
    pub(super) kept: Duration,
}

/// As a store and its guests need it.
pub(super) const PATIENCE: Patience = Patience {
    first: Duration::from_secs(15),
    kept: Duration::from_secs(75),
};

/// What is under way on a connection.
#[derive(Debug)]
pub(super) struct Activity {
    /// Requests whose answer is not on its way whole.
    open: AtomicUsize,
    idle: Mutex<Idle>,
    kept: Duration,
}

#[derive(Debug, Clone, Copy)]
struct Idle {
    since: Instant,
    patience: Duration,
}

impl Activity {
    /// Nothing yet.
    pub(super) fn new(patience: Patience) -> Self {
        let idle = Idle {
            since: Instant::now(),
            patience: patience.first,
        };
        Self {
            open: AtomicUsize::new(0),
            idle: Mutex::new(idle),
            kept: patience.kept,
        }
    }

    /// Notes a request; it is open until what is given back is dropped.
    pub(super) fn begin(self: &Arc<Self>) -> Open {
        self.open.fetch_add(1, Ordering::AcqRel);
        Open(Arc::clone(self))
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Time begins anew: something came of it.
    fn renew(&self) {
        let mut idle = self.idle();
        idle.since = Instant::now();
        idle.patience = self.kept;
    }

    /// When it is over, as far as is known now.
    fn ends(&self) -> Ends {
        let idle = *self.idle();
        if self.open.load(Ordering::Acquire) > 0 {
            return Ends::NotBefore(Instant::now() + idle.patience);
        }
        let end = idle.since + idle.patience;
        if end <= Instant::now() {
            Ends::Now
        } else {
            Ends::NotBefore(end)
        }
    }
}

enum Ends {
    Now,
    NotBefore(Instant),
}

/// A request that is under way.
#[derive(Debug)]
pub(super) struct Open(Arc<Activity>);

impl Open {
    /// Holds it open until the body has been taken whole, or nobody wants it any more.
    pub(super) fn until_sent(self, body: Body) -> Body {
        Body::new(Sending { body, _open: self })
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.renew();
        self.0.open.fetch_sub(1, Ordering::AcqRel);
    }
}

struct Sending {
    body: Body,
    _open: Open,
}

impl HttpBody for Sending {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A stream that fails once it has done nothing for too long.
pub(super) struct Watched<S> {
    stream: S,
    activity: Arc<Activity>,
    alarm: Pin<Box<Sleep>>,
    /// The other side does not take what is written.
    stuck: bool,
}

impl<S> Watched<S> {
    pub(super) fn new(stream: S, activity: Arc<Activity>) -> Self {
        let patience = activity.idle().patience;
        Self {
            stream,
            activity,
            alarm: Box::pin(tokio::time::sleep(patience)),
            stuck: false,
        }
    }

    /// An error once its time is up; else this is woken when it may be.
    fn poll_over(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        loop {
            ready!(self.alarm.as_mut().poll(cx));
            match self.activity.ends() {
                Ends::Now => return Poll::Ready(io::ErrorKind::TimedOut.into()),
                Ends::NotBefore(end) => self.alarm.as_mut().reset(end),
            }
        }
    }

    /// What writing came to: an answer that is taken slowly is one that is under way.
    fn written<T>(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        match written {
            Poll::Ready(done) => {
                if std::mem::take(&mut self.stuck) && done.is_ok() {
                    self.activity.renew();
                }
                Poll::Ready(done)
            }
            Poll::Pending => {
                self.stuck = true;
                self.poll_over(cx).map(Err)
            }
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.stream).poll_read(cx, into) {
            Poll::Pending => self.poll_over(cx).map(Err),
            read => read,
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.written(cx, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        self.written(cx, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.written(cx, shut)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        all: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, all);
        self.written(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    /// Long enough that a busy machine's pauses are none of it.
    const SHORT: Patience = Patience {
        first: Duration::from_millis(600),
        kept: Duration::from_millis(1_200),
    };

    fn pair() -> (
        tokio::io::DuplexStream,
        Arc<Activity>,
        Watched<tokio::io::DuplexStream>,
    ) {
        let (other, own) = tokio::io::duplex(16);
        let activity = Arc::new(Activity::new(SHORT));
        let watched = Watched::new(own, Arc::clone(&activity));
        (other, activity, watched)
    }

    async fn read_to_the_end(watched: &mut Watched<tokio::io::DuplexStream>) -> io::ErrorKind {
        let mut bytes = Vec::new();
        watched.read_to_end(&mut bytes).await.unwrap_err().kind()
    }

    #[tokio::test]
    async fn who_sends_nothing_or_a_byte_now_and_then_is_let_go() {
        for drips in [false, true] {
            let (mut other, _activity, mut watched) = pair();
            let began = Instant::now();
            let drip = tokio::spawn(async move {
                while drips && other.write_all(b"P").await.is_ok() {
                    tokio::time::sleep(SHORT.first / 10).await;
                }
                other
            });
            assert_eq!(read_to_the_end(&mut watched).await, io::ErrorKind::TimedOut);
            assert!(began.elapsed() >= SHORT.first);
            drop(watched);
            drip.await.unwrap();
        }
    }

    #[tokio::test]
    async fn a_live_line_stays_and_its_time_begins_when_it_ends() {
        let (_other, activity, mut watched) = pair();
        let line = activity.begin();
        let long = (SHORT.first + SHORT.kept) * 2;
        let read = tokio::time::timeout(long, read_to_the_end(&mut watched));
        assert!(read.await.is_err(), "it ended");
        let ended = Instant::now();
        drop(line);
        assert_eq!(read_to_the_end(&mut watched).await, io::ErrorKind::TimedOut);
        assert!(ended.elapsed() >= SHORT.kept);
    }

    #[tokio::test]
    async fn an_answer_that_is_taken_slowly_goes_on_and_one_that_is_not_taken_ends() {
        let (mut other, _activity, mut watched) = pair();
        let slow = tokio::spawn(async move {
            let mut bytes = [0; 16];
            for _ in 0..8 {
                tokio::time::sleep(SHORT.first / 2).await;
                other.read_exact(&mut bytes).await.unwrap();
            }
            other
        });
        watched.write_all(&[0; 16 * 9]).await.unwrap();
        let _other = slow.await.unwrap();
        let stuck = watched.write_all(&[0; 16 * 9]).await.unwrap_err();
        assert_eq!(stuck.kind(), io::ErrorKind::TimedOut);
    }
}
