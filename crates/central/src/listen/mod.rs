//! Taking connections: how many, from whom, over TLS or behind a proxy, and how long one may do nothing.
//!
//! axum's own `serve` has no time-outs and no limits, so that the loop is here; the protocol is hyper's.

mod args;
mod connections;
mod descriptors;
mod tls;
mod watched;

pub use args::{ListenArgs, Reach};
pub use connections::Connections;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use connections::Place;
use watched::{Activity, PATIENCE, Watched};

/// How long a TLS handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// The wait where the system gives no connection: it has no descriptor left, and may have one soon.
const NO_MORE: Duration = Duration::from_millis(200);
/// Bytes of one request's headers: ours have a few hundred. In version 2 of HTTP they are counted unpacked.
const HEADER_BYTES: usize = 32 * 1024;
const HEADER_LIST_BYTES: u32 = 16 * 1024;
/// How often the other end of a connection of HTTP/2 is asked whether it is there, and how long it may take to say so.
const PING: Duration = Duration::from_secs(30);
/// Requests at once on one connection of HTTP/2: a counter has a few.
const STREAMS: u32 = 64;

/// What a listener needs to know.
#[derive(Debug, Clone)]
pub struct Listening {
    /// What answers.
    pub router: Router,
    /// Who may reach it, and how.
    pub reach: Arc<Reach>,
    /// How many at once.
    pub connections: Arc<Connections>,
}

impl Listening {
    /// Takes connections until it is told to stop, then lets what is under way end within `patience`. False where
    /// some of it did not.
    pub async fn serve(
        self,
        listener: TcpListener,
        mut stop: watch::Receiver<bool>,
        patience: Duration,
    ) -> bool {
        let graceful = GracefulShutdown::new();
        let mut told = pin!(async move {
            // an error means that the teller is gone: stop as well
            let _ = stop.wait_for(|stop| *stop).await;
        });
        loop {
            let accepted = tokio::select! {
                () = told.as_mut() => break,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, peer)) => self.take(stream, peer, graceful.watcher()),
                Err(error) if is_its_own(&error) => {}
                Err(error) => {
                    tracing::error!(%error, "no connection can be taken");
                    tokio::time::sleep(NO_MORE).await;
                }
            }
        }
        drop(listener);
        tokio::time::timeout(patience, graceful.shutdown())
            .await
            .is_ok()
    }

    /// Serves a connection on a task of its own, where there is room for it.
    fn take(&self, stream: TcpStream, peer: SocketAddr, watcher: Watcher) {
        let from = peer.ip().to_canonical();
        if !self.reach.may_connect(from) {
            tracing::debug!("a connection past the proxy was refused");
            return;
        }
        let place = match self.connections.take(from, self.reach.is_counted(from)) {
            Ok(place) => place,
            Err(full) => {
                self.connections.tell(full);
                return;
            }
        };
        // a small answer must not wait for an acknowledgement of the last one
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY");
        }
        let this = self.clone();
        tokio::spawn(async move {
            match &this.reach.tls {
                None => serve_one(this.router, stream, peer, place, watcher).await,
                Some(tls) => {
                    let shaken = tokio::time::timeout(HANDSHAKE, tls.acceptor().accept(stream));
                    match shaken.await {
                        Ok(Ok(stream)) => {
                            serve_one(this.router, stream, peer, place, watcher).await;
                        }
                        Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
                        Err(_) => tracing::debug!("a TLS handshake took too long"),
                    }
                }
            }
        });
    }
}

/// Serves one connection to its end.
async fn serve_one<S>(router: Router, stream: S, peer: SocketAddr, place: Place, watcher: Watcher)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let activity = Arc::new(Activity::new(PATIENCE));
    let watched = Watched::new(stream, Arc::clone(&activity));
    let answering = TowerToHyperService::new(router);
    let service = service_fn(move |request: Request<Incoming>| {
        let open = activity.begin();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        let answered = answering.call(request);
        async move {
            let response = answered.await?;
            Ok::<_, Infallible>(response.map(|body| open.until_sent(body)))
        }
    });
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        // held by the stream, for every version
        .header_read_timeout(None)
        .max_buf_size(HEADER_BYTES);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(HEADER_LIST_BYTES)
        .keep_alive_interval(PING)
        .keep_alive_timeout(PING);
    let served = builder.serve_connection(TokioIo::new(watched), service);
    if let Err(error) = watcher.watch(served.into_owned()).await {
        tracing::debug!(error = %error, "a connection ended");
    }
    drop(place);
}

/// Whether an error is that of one connection, and not of all.
fn is_its_own(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}
