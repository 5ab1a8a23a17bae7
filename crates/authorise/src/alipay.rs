//! Alipay's ways (支付宝用户信息授权): `auth_code` in the place of `code`, one gateway for all, each request signed by the
//! application's RSA key (RSA2), answers wrapped in the method's name.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, FixedOffset, Utc};
use oauth2::HttpResponse;
use reqwest::{Client, Url};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::Value;

use crate::answer;
use crate::config::Alipay;
use crate::error::{AuthoriseError, ConfigError};
use crate::http::ask;

/// The key that requests are signed by.
pub(crate) fn key(config: &Alipay) -> Result<RsaKeyPair, ConfigError> {
    let pem = config.private_key.as_str().as_bytes();
    let der = PrivatePkcs8KeyDer::from_pem_slice(pem)
        .map_err(|e| ConfigError::Key(format!("no PKCS #8 in PEM: {e}")))?;
    RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()).map_err(|e| ConfigError::Key(e.to_string()))
}

/// Where her browser goes.
pub(crate) fn begin(config: &Alipay, mut url: Url, back: &str, state: &str) -> String {
    url.query_pairs_mut()
        .clear()
        .append_pair("app_id", &config.app_id)
        .append_pair("scope", &config.scope)
        .append_pair("redirect_uri", back)
        .append_pair("state", state);
    url.into()
}

/// Makes a token of a code.
pub(crate) async fn token(
    config: &Alipay,
    way: (&Client, Url, &RsaKeyPair),
    code: &str,
    now: DateTime<Utc>,
) -> Result<HttpResponse, AuthoriseError> {
    let with = [("grant_type", "authorization_code"), ("code", code)];
    let said = gateway(config, way, "alipay.system.oauth.token", &with, now).await?;
    if let Some(why) = refusal(&said) {
        return Ok(answer::refused(&why));
    }
    let told = &said["alipay_system_oauth_token_response"];
    // an application of before 2023 is told a user's number in the place of an open id
    let open_id = told["open_id"]
        .as_str()
        .or_else(|| told["user_id"].as_str());
    Ok(match told["access_token"].as_str() {
        Some(token) => answer::given(token, open_id),
        None => answer::refused("no access_token"),
    })
}

/// Her phone number.
pub(crate) async fn phone(
    config: &Alipay,
    way: (&Client, Url, &RsaKeyPair),
    token: &str,
    now: DateTime<Utc>,
) -> Result<Option<String>, AuthoriseError> {
    let with = [("auth_token", token)];
    let said = gateway(config, way, "alipay.user.info.share", &with, now).await?;
    if let Some(why) = refusal(&said) {
        return Err(AuthoriseError::Refused(why));
    }
    let told = &said["alipay_user_info_share_response"];
    Ok(told["mobile"].as_str().map(str::to_owned))
}

async fn gateway(
    config: &Alipay,
    (client, url, key): (&Client, Url, &RsaKeyPair),
    method: &str,
    with: &[(&str, &str)],
    now: DateTime<Utc>,
) -> Result<Value, AuthoriseError> {
    let at = now
        .with_timezone(&china())
        .format("%Y-%m-%d %H:%M:%S")
        .to_string();
    let mut all = vec![
        ("app_id", config.app_id.as_str()),
        ("method", method),
        ("charset", "utf-8"),
        ("sign_type", "RSA2"),
        ("timestamp", at.as_str()),
        ("version", "1.0"),
    ];
    all.extend_from_slice(with);
    let signature = sign(key, &statement(&all))?;
    all.push(("sign", &signature));
    let (_, said) = ask(client.post(url).form(&all)).await?;
    Ok(said)
}

/// What is signed: all that is not empty, by name, as `name=value` with `&` between them.
pub(crate) fn statement(all: &[(&str, &str)]) -> String {
    let mut named: Vec<&(&str, &str)> = all.iter().filter(|(_, value)| !value.is_empty()).collect();
    named.sort_unstable();
    let parts: Vec<String> = named
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    parts.join("&")
}

fn sign(key: &RsaKeyPair, statement: &str) -> Result<String, AuthoriseError> {
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        statement.as_bytes(),
        &mut signature,
    )
    .map_err(|_| AuthoriseError::Unanswered("the request could not be signed".to_owned()))?;
    Ok(STANDARD.encode(signature))
}

/// Alipay's clock.
fn china() -> FixedOffset {
    const EAST_SECONDS: i32 = 8 * 3600;
    FixedOffset::east_opt(EAST_SECONDS)
        .unwrap_or(FixedOffset::east_opt(0).unwrap_or(chrono::Offset::fix(&Utc)))
}

fn refusal(said: &Value) -> Option<String> {
    let wrapped = said
        .as_object()?
        .iter()
        .find(|(name, _)| name.ends_with("_response"))?
        .1;
    let code = wrapped["code"].as_str().filter(|code| *code != "10000")?;
    let words = wrapped["sub_code"].as_str().unwrap_or_default();
    Some(format!("{code} {words}"))
}
