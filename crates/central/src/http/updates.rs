//! `/updates`: packages of the counters' program. They are no secret, and each is signed by the brand: whoever asks gets
//! them.

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use protocol::{ErrorCode, WireError};
use tower_http::services::ServeFile;

use super::failure::{self, Failure};
use super::state::AppState;
use centre::fleet;

/// Routes for packages.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/updates/{version}/{target}", get(package))
        .route("/updates/{target}/{arch}/{has}", get(newest))
}

fn none() -> Response {
    failure::wire(WireError {
        code: ErrorCode::NotFound,
        message: "no such package".to_owned(),
    })
}

/// A package, whole or in parts: whoever was cut off goes on where it was.
async fn package(
    State(state): State<AppState>,
    Path((version, target)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Failure> {
    let found = fleet::package(&state.centre, &state.packages, &version, &target).await?;
    let Some((path, name)) = found else {
        return Ok(none());
    };
    let served = ServeFile::new(&path).try_call(request).await;
    let mut response = match served {
        Ok(response) => response.map(Body::new),
        Err(error) => {
            tracing::error!(%error, version, target, "a package cannot be read");
            return Ok(none());
        }
    };
    if response.status() == StatusCode::NOT_FOUND {
        tracing::error!(version, target, "a package is not in its folder");
        return Ok(none());
    }
    let plain: String = name
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
        .collect();
    if let Ok(named) = HeaderValue::from_str(&format!("attachment; filename=\"{plain}\"")) {
        response
            .headers_mut()
            .insert(header::CONTENT_DISPOSITION, named);
    }
    Ok(response)
}

/// What Tauri's own updater asks for (`/updates/{{target}}/{{arch}}/{{current_version}}`): the newest version that all
/// devices are to have, or that there is none.
async fn newest(
    State(state): State<AppState>,
    Path((target, arch, has)): Path<(String, String, String)>,
) -> Result<Response, Failure> {
    let target = format!("{target}-{arch}");
    let found = fleet::offered_to_all(&state.centre, &target, &has).await?;
    let Some((offer, notes)) = found else {
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    let told = serde_json::json!({
        "version": offer.version,
        "url": format!("{}{}", state.phone_base, offer.path),
        "signature": offer.signature,
        "notes": notes,
    });
    Ok(axum::Json(told).into_response())
}
