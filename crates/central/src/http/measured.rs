//! What is measured of requests, and what `/metrics` tells: figures alone, nobody's name, number or address.

use std::time::Instant;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use metrics::{counter, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use protocol::check_in::DeviceTrouble;
use protocol::manage::DeviceState;
use protocol::push::{Outcome, PushReply};

use centre::error::ServiceError;
use centre::{Centre, devices, fleet, health, jobs};

/// Upper bounds of a request's seconds: from what a page of the database takes to what a counter gives up at.
const SECONDS: [f64; 13] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0,
];
/// How long each request took.
const REQUESTS: &str = "counterpart_request_seconds";

/// What `/metrics` needs at hand.
#[derive(Clone)]
pub struct Metrics {
    centre: Centre,
    handle: PrometheusHandle,
}

impl Metrics {
    /// Begins to measure what this process does, from now until it ends.
    ///
    /// # Errors
    /// Where something measures already.
    pub fn begin(centre: &Centre) -> Result<Self, String> {
        let recorder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Full(REQUESTS.to_owned()), &SECONDS)
            .map_err(|e| e.to_string())?
            .build_recorder();
        let handle = recorder.handle();
        metrics::set_global_recorder(recorder).map_err(|e| e.to_string())?;
        Ok(Self {
            centre: centre.clone(),
            handle,
        })
    }

    /// Its only page.
    pub fn router(self) -> Router {
        Router::new().route("/metrics", get(page)).with_state(self)
    }
}

async fn page(State(metrics): State<Metrics>) -> Response {
    if let Err(error) = look(&metrics.centre).await {
        tracing::error!(%error, "not all figures can be read");
        gauge!("counterpart_up").set(0);
    } else {
        gauge!("counterpart_up").set(1);
    }
    metrics.handle.run_upkeep();
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4")];
    (kind, metrics.handle.render()).into_response()
}

#[expect(clippy::cast_precision_loss, reason = "figures for a picture")]
async fn look(centre: &Centre) -> Result<(), ServiceError> {
    let now = centre.now();
    gauge!("counterpart_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1);
    for (kind, many) in health::held_by_kind(centre).await? {
        gauge!("counterpart_operations_held", "waits_for" => kind).set(many as f64);
    }
    gauge!("counterpart_live_scopes").set(centre.live().scopes() as f64);
    match centre.current_program().await {
        Ok(program) => {
            let all = devices::managed(centre.db().read(), &program, None, now).await?;
            for state in STATES {
                let many = all.iter().filter(|d| d.state == state).count();
                gauge!("counterpart_devices", "state" => word(state)).set(many as f64);
            }
            let sum = |of: fn(&protocol::manage::ManagedDevice) -> i64| -> i64 {
                all.iter().map(of).sum()
            };
            let held = sum(|d| d.holds.get());
            let doubt = sum(|d| d.in_doubt.get());
            gauge!("counterpart_points_in_escrow").set(held as f64);
            gauge!("counterpart_points_in_doubt").set(doubt as f64);
        }
        Err(ServiceError::NoProgram) => {}
        Err(error) => return Err(error),
    }
    let lines = fleet::health_of(centre.db().read(), None, now).await?;
    for word in DeviceTrouble::WORDS {
        let has = |line: &&fleet::DeviceLine| line.troubles.iter().any(|t| t.word() == word);
        let many = lines.iter().filter(has).count() as f64;
        gauge!("counterpart_devices_in_trouble", "trouble" => word).set(many);
    }
    let waiting = lines.iter().filter_map(|line| line.health.as_ref());
    let waiting: u64 = waiting.map(|told| u64::from(told.waiting)).sum();
    gauge!("counterpart_operations_waiting_at_counters").set(waiting as f64);
    for state in jobs::states(centre, now).await? {
        gauge!("counterpart_job_failures", "job" => state.job).set(state.failures as f64);
        if let Some(last) = state.last {
            let took = (last.finished - last.started).num_milliseconds() as f64 / 1_000.0;
            gauge!("counterpart_job_seconds", "job" => state.job).set(took);
            let at = last.finished.timestamp() as f64;
            gauge!("counterpart_job_finished_timestamp_seconds", "job" => state.job).set(at);
        }
    }
    Ok(())
}

const STATES: [DeviceState; 6] = [
    DeviceState::Good,
    DeviceState::InDoubt,
    DeviceState::Quarantined,
    DeviceState::WrittenOff,
    DeviceState::Revoked,
    DeviceState::Unknown,
];

fn word(state: DeviceState) -> &'static str {
    match state {
        DeviceState::Good => "good",
        DeviceState::InDoubt => "in_doubt",
        DeviceState::Quarantined => "quarantined",
        DeviceState::WrittenOff => "written_off",
        DeviceState::Revoked => "revoked",
        DeviceState::Unknown => "unknown",
    }
}

/// Measures a request: by its route, never by what stands in its address.
pub(super) async fn measure(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let begun = Instant::now();
    let response = next.run(request).await;
    let status = response.status().as_u16().to_string();
    histogram!(REQUESTS, "route" => route, "status" => status).record(begun.elapsed());
    response
}

/// Counts what became of pushed operations.
pub(super) fn pushed(reply: &PushReply) {
    const PUSHED: &str = "counterpart_operations_pushed_total";
    match reply {
        PushReply::Done { results, .. } => {
            for result in results {
                let outcome = match &result.outcome {
                    Outcome::Applied(_) => "applied",
                    Outcome::Exists(_) => "exists",
                    Outcome::Held { .. } => "held",
                    Outcome::SetAside { .. } => "set_aside",
                };
                counter!(PUSHED, "outcome" => outcome).increment(1);
            }
        }
        PushReply::Gap { .. } => counter!(PUSHED, "outcome" => "gap").increment(1),
        PushReply::Quarantined { .. } => counter!(PUSHED, "outcome" => "quarantined").increment(1),
    }
}
