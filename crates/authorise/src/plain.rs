//! A provider that goes by the standard: RFC 6749 with PKCE (RFC 7636), and who she is from a user's endpoint.

use oauth2::{HttpRequest, HttpResponse};
use reqwest::{Client, Url};
use serde_json::Value;

use crate::answer;
use crate::error::AuthoriseError;
use crate::http::ask;

/// Sends the library's own request.
pub(crate) async fn token(
    client: &Client,
    request: HttpRequest,
) -> Result<HttpResponse, AuthoriseError> {
    let (parts, body) = request.into_parts();
    let sent = client
        .request(parts.method, parts.uri.to_string())
        .headers(parts.headers)
        .body(body);
    let (status, said) = ask(sent).await?;
    Ok(answer::as_it_is(status, &said))
}

/// Who she is, and her number where it is told.
pub(crate) async fn user(
    client: &Client,
    url: Url,
    token: &str,
) -> Result<(Option<String>, Option<String>), AuthoriseError> {
    let (status, said) = ask(client.get(url).bearer_auth(token)).await?;
    if status != 200 {
        return Err(AuthoriseError::Refused(format!("status {status}")));
    }
    let word = |name: &str| said[name].as_str().map(str::to_owned);
    // where it says that nobody has proven the number, it proves nothing
    let proven = said["phone_number_verified"] != Value::Bool(false);
    Ok((word("sub"), word("phone_number").filter(|_| proven)))
}
