//! WeChat's ways (公众号网页授权): parameters called its own way and in one order, a token by `GET`, refusals with status 200,
//! a phone number by a second call.

use oauth2::HttpResponse;
use reqwest::{Client, Url};
use serde_json::{Value, json};

use crate::answer;
use crate::config::Wechat;
use crate::error::AuthoriseError;
use crate::http::ask;

/// Where her browser goes. WeChat takes the parameters in this order alone, and wants the fragment.
pub(crate) fn begin(config: &Wechat, mut url: Url, back: &str, state: &str) -> String {
    url.query_pairs_mut()
        .clear()
        .append_pair("appid", &config.app_id)
        .append_pair("redirect_uri", back)
        .append_pair("response_type", "code")
        .append_pair("scope", &config.scope)
        .append_pair("state", state);
    url.set_fragment(Some("wechat_redirect"));
    url.into()
}

/// Makes a token of a code.
pub(crate) async fn token(
    config: &Wechat,
    client: &Client,
    mut url: Url,
    code: &str,
) -> Result<HttpResponse, AuthoriseError> {
    url.query_pairs_mut()
        .clear()
        .append_pair("appid", &config.app_id)
        .append_pair("secret", config.secret.as_str())
        .append_pair("code", code)
        .append_pair("grant_type", "authorization_code");
    let (_, said) = ask(client.get(url)).await?;
    if let Some(why) = refusal(&said) {
        return Ok(answer::refused(&why));
    }
    let open_id = said["openid"].as_str();
    Ok(match said["access_token"].as_str() {
        Some(token) => answer::given(token, open_id),
        None => answer::refused("no access_token"),
    })
}

/// Her phone number.
pub(crate) async fn phone(
    client: &Client,
    mut url: Url,
    token: &str,
    open_id: &str,
) -> Result<Option<String>, AuthoriseError> {
    url.query_pairs_mut().append_pair("access_token", token);
    let (_, said) = ask(client.post(url).json(&json!({ "openid": open_id }))).await?;
    if let Some(why) = refusal(&said) {
        return Err(AuthoriseError::Refused(why));
    }
    let number = said["phone_info"]["purePhoneNumber"].as_str();
    Ok(number.map(str::to_owned))
}

/// Status 200 says nothing here: `errcode` does.
fn refusal(said: &Value) -> Option<String> {
    let code = said["errcode"].as_i64().filter(|code| *code != 0)?;
    let words = said["errmsg"].as_str().unwrap_or_default();
    Some(format!("{code} {words}"))
}
