//! What a brand sets for its providers, as its IT writes it into a file.

use std::fmt;

use serde::Deserialize;

/// Something that no log shows.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// What it is.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// One provider.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case", tag = "flavour")]
pub enum Config {
    /// WeChat's official account (公众号网页授权).
    Wechat(Wechat),
    /// Alipay (支付宝用户信息授权).
    Alipay(Alipay),
    /// Any provider that goes by RFC 6749 and RFC 7636, with a user's endpoint as OpenID Connect has it.
    Plain(Plain),
}

/// WeChat's settings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wechat {
    /// What it is called in addresses, and which button it has.
    #[serde(default = "wechat")]
    pub id: String,
    /// `appid`.
    pub app_id: String,
    /// `secret`.
    pub secret: Secret,
    /// `snsapi_base` asks her nothing.
    #[serde(default = "snsapi_base")]
    pub scope: String,
    /// Where her browser goes.
    #[serde(default = "wechat_authorize")]
    pub authorize: String,
    /// Where the code becomes a token.
    #[serde(default = "wechat_token")]
    pub token: String,
    /// Where the token becomes a phone number; none where the brand's account may not ask for it.
    #[serde(default)]
    pub phone: Option<String>,
}

/// Alipay's settings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alipay {
    /// What it is called in addresses, and which button it has.
    #[serde(default = "alipay")]
    pub id: String,
    /// `app_id`.
    pub app_id: String,
    /// The application's private key, PKCS #8 in PEM: requests are signed by it (RSA2).
    pub private_key: Secret,
    /// `auth_base` asks her nothing; `auth_user` asks whether her number may be told.
    #[serde(default = "auth_user")]
    pub scope: String,
    /// Where her browser goes.
    #[serde(default = "alipay_authorize")]
    pub authorize: String,
    /// The gateway that takes all requests.
    #[serde(default = "alipay_gateway")]
    pub gateway: String,
    /// Whether her number is asked for.
    #[serde(default)]
    pub phone: bool,
}

/// The settings of a provider that goes by the standard.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plain {
    /// What it is called in addresses, and which button it has.
    pub id: String,
    /// `client_id`.
    pub client_id: String,
    /// `client_secret`.
    pub client_secret: Secret,
    /// Scopes with blanks between them.
    #[serde(default = "openid")]
    pub scope: String,
    /// Where her browser goes.
    pub authorize: String,
    /// Where the code becomes a token.
    pub token: String,
    /// Where the token becomes who she is: `sub`, and `phone_number` where it is told.
    pub user: String,
}

impl Config {
    /// What it is called.
    pub(crate) fn id(&self) -> &str {
        match self {
            Self::Wechat(one) => &one.id,
            Self::Alipay(one) => &one.id,
            Self::Plain(one) => &one.id,
        }
    }
}

fn wechat() -> String {
    "wechat".to_owned()
}

fn snsapi_base() -> String {
    "snsapi_base".to_owned()
}

fn wechat_authorize() -> String {
    "https://open.weixin.qq.com/connect/oauth2/authorize".to_owned()
}

fn wechat_token() -> String {
    "https://api.weixin.qq.com/sns/oauth2/access_token".to_owned()
}

fn alipay() -> String {
    "alipay".to_owned()
}

fn auth_user() -> String {
    "auth_user".to_owned()
}

fn alipay_authorize() -> String {
    "https://openauth.alipay.com/oauth2/publicAppAuthorize.htm".to_owned()
}

fn alipay_gateway() -> String {
    "https://openapi.alipay.com/gateway.do".to_owned()
}

fn openid() -> String {
    "openid".to_owned()
}
