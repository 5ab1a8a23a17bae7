//! How often an address and a device may ask, how long an answer may take, and what every answer says to a browser.

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use protocol::signature::DEVICE_HEADER;
use protocol::{ErrorCode, WireError};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::RequestBodyTimeoutLayer;

use super::failure;
use super::from::AskedFrom;

/// How long an answer may take: a counter gives up after 60 seconds. A live line's answer has begun by then.
const ANSWER: Duration = Duration::from_secs(75);
/// How long a body may bring nothing.
const BODY: Duration = Duration::from_secs(20);
/// How often those are forgotten who have not asked for a while.
const FORGET: Duration = Duration::from_secs(60);
/// Bytes of a device's id as it is said.
const DEVICE_BYTES: usize = 64;

/// Requests a second that may go on, and at once.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// A second.
    pub second: NonZeroU32,
    /// At once.
    pub at_once: NonZeroU32,
}

impl Pace {
    /// So many a second, and some times as many at once; one at least.
    pub fn new(second: u32, times: u32) -> Self {
        let at_least_one = |n: u32| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        Self {
            second: at_least_one(second),
            at_once: at_least_one(second.saturating_mul(times)),
        }
    }

    fn quota(self) -> Quota {
        Quota::per_second(self.second).allow_burst(self.at_once)
    }
}

/// Who is asking, by the connection and what a proxy says.
pub trait Who: Send + Sync + 'static {
    /// The address that asks, of a connection from `peer`.
    fn asked_from(&self, peer: IpAddr, request: &Request) -> IpAddr;
    /// Whether that address is held to a pace.
    fn is_counted(&self, address: IpAddr) -> bool;
    /// What is one address: of some, its network.
    fn household(&self, address: IpAddr) -> IpAddr;
}

/// How often may be asked.
#[derive(Debug, Clone, Copy)]
pub struct Paces {
    /// By one address.
    pub address: Pace,
    /// By one address, what nobody has signed.
    pub unsigned: Pace,
    /// By one device at one address. The device is the one that the request names, before its signature is looked at:
    /// who names another's from elsewhere takes nothing from it.
    pub device: Pace,
}

struct Limits<W> {
    who: W,
    answer: Duration,
    addresses: DefaultKeyedRateLimiter<IpAddr>,
    unsigned: DefaultKeyedRateLimiter<IpAddr>,
    devices: DefaultKeyedRateLimiter<(IpAddr, String)>,
}

/// Puts the limits, and what every answer says, around all routes. Those of whom nothing was heard for a while are
/// forgotten by a task that ends with the runtime.
pub(super) fn guard<W: Who>(router: Router, who: W, paces: Paces, tls: bool) -> Router {
    within(router, who, paces, tls, ANSWER)
}

fn within<W: Who>(router: Router, who: W, paces: Paces, tls: bool, answer: Duration) -> Router {
    let limits = Arc::new(Limits {
        who,
        answer,
        addresses: RateLimiter::keyed(paces.address.quota()),
        unsigned: RateLimiter::keyed(paces.unsigned.quota()),
        devices: RateLimiter::keyed(paces.device.quota()),
    });
    let forgetting = Arc::downgrade(&limits);
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(FORGET).await;
            let Some(limits) = forgetting.upgrade() else {
                break;
            };
            limits.forget();
        }
    });
    let router = router
        .layer(RequestBodyTimeoutLayer::new(BODY))
        .layer(from_fn_with_state(limits, hold::<W>));
    if tls {
        // browsers ask this service by TLS alone from then on, for a year
        router.layer(SetResponseHeaderLayer::overriding(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000"),
        ))
    } else {
        router
    }
}

impl<W> Limits<W> {
    fn forget(&self) {
        self.addresses.retain_recent();
        self.addresses.shrink_to_fit();
        self.unsigned.retain_recent();
        self.unsigned.shrink_to_fit();
        self.devices.retain_recent();
        self.devices.shrink_to_fit();
    }
}

impl<W: Who> Limits<W> {
    /// Whether one more may be asked; else after how long.
    fn check(&self, from: IpAddr, request: &Request) -> Result<(), Duration> {
        let address = self.who.household(from);
        let clock = DefaultClock::default();
        let wait = |not: governor::NotUntil<_>| not.wait_time_from(clock.now());
        self.addresses.check_key(&address).map_err(wait)?;
        let device = request.headers().get(DEVICE_HEADER);
        let device = device
            .and_then(|id| id.to_str().ok())
            .filter(|id| id.len() <= DEVICE_BYTES);
        match device {
            Some(id) => self.devices.check_key(&(address, id.to_owned())),
            None => self.unsigned.check_key(&address),
        }
        .map_err(wait)
    }
}

async fn hold<W: Who>(
    State(limits): State<Arc<Limits<W>>>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    if let Some(ConnectInfo(peer)) = peer {
        let from = limits.who.asked_from(peer.ip(), &request);
        if limits.who.is_counted(from) {
            if let Err(wait) = limits.check(from, &request) {
                return too_many(wait);
            }
            let household = limits.who.household(from);
            request.extensions_mut().insert(AskedFrom(household));
        }
    }
    match tokio::time::timeout(limits.answer, next.run(request)).await {
        Ok(answer) => answer,
        Err(_) => {
            tracing::warn!("a request took too long and was given up");
            failure::wire(WireError {
                code: ErrorCode::Unavailable,
                message: "it took too long".to_owned(),
            })
        }
    }
}

fn too_many(wait: Duration) -> Response<Body> {
    let mut refused = failure::wire(WireError {
        code: ErrorCode::TooMany,
        message: "asked too often".to_owned(),
    });
    let seconds = wait.as_secs().saturating_add(1);
    let headers = refused.headers_mut();
    headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    refused
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::StatusCode;
    use axum::routing::get;
    use tower::ServiceExt;

    /// Who asks is said by the connection; 192.0.2.1 is held to no pace.
    struct Plain;

    impl Who for Plain {
        fn asked_from(&self, peer: IpAddr, _request: &Request) -> IpAddr {
            peer
        }
        fn is_counted(&self, address: IpAddr) -> bool {
            address != IpAddr::from([192, 0, 2, 1])
        }
        fn household(&self, address: IpAddr) -> IpAddr {
            address
        }
    }

    fn router(paces: Paces) -> Router {
        let routes = Router::new()
            .route("/", get(|| async { "here" }))
            .route("/slow", get(std::future::pending::<&'static str>));
        within(routes, Plain, paces, false, Duration::from_millis(200))
    }

    async fn ask(router: &Router, last: u8, device: Option<&str>, path: &str) -> Response {
        let mut request = axum::http::Request::get(path);
        if let Some(id) = device {
            request = request.header(DEVICE_HEADER, id);
        }
        let mut request = request.body(Body::empty()).unwrap();
        let peer = SocketAddr::from(([192, 0, 2, last], 1));
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request).await.unwrap()
    }

    fn paces(address: u32, unsigned: u32, device: u32) -> Paces {
        let pace = |n| Pace::new(1, n);
        Paces {
            address: pace(address),
            unsigned: pace(unsigned),
            device: pace(device),
        }
    }

    #[tokio::test]
    async fn each_is_held_to_its_own_pace_and_told_when_to_come_again() {
        let router = router(paces(9, 3, 4));
        let asked = async |last: u8, device: Option<&'static str>| {
            ask(&router, last, device, "/").await.status()
        };
        for _ in 0..3 {
            assert_eq!(asked(2, None).await, StatusCode::OK);
        }
        assert_eq!(asked(2, None).await, StatusCode::TOO_MANY_REQUESTS);
        // a device beside it goes on, and what another names from elsewhere takes nothing from it
        for _ in 0..4 {
            assert_eq!(asked(3, Some("d1")).await, StatusCode::OK);
        }
        assert_eq!(asked(3, Some("d1")).await, StatusCode::TOO_MANY_REQUESTS);
        for _ in 0..4 {
            assert_eq!(asked(2, Some("d1")).await, StatusCode::OK);
        }
        // all of an address together: three, one that was refused, four
        assert_eq!(asked(2, Some("d2")).await, StatusCode::OK);
        assert_eq!(asked(2, Some("d2")).await, StatusCode::TOO_MANY_REQUESTS);
        for _ in 0..50 {
            assert_eq!(asked(1, None).await, StatusCode::OK);
        }
        let refused = ask(&router, 2, None, "/").await;
        let wait = refused.headers()[header::RETRY_AFTER].to_str().unwrap();
        assert!((1..=10).contains(&wait.parse::<u64>().unwrap()), "{wait}");
        let body = axum::body::to_bytes(refused.into_body(), 1_000)
            .await
            .unwrap();
        let told: WireError = serde_json::from_slice(&body).unwrap();
        assert_eq!(told.code, ErrorCode::TooMany);
    }

    #[tokio::test]
    async fn an_answer_that_does_not_come_is_given_up() {
        let router = router(paces(9, 9, 9));
        let answer = ask(&router, 2, None, "/slow").await;
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    }
}
