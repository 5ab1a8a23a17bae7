//! A provider's settings, as the brand's IT writes them into a file.

use crate::message::Kind;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;

/// A provider's settings that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It is not what settings look like.
    #[error("not the settings of a provider: {0}")]
    Document(#[from] serde_json::Error),
    /// It says nothing where something must stand.
    #[error("{0} is empty")]
    Empty(&'static str),
    /// Messages of these kinds have no template.
    #[error("there is no template for {0}")]
    Templates(String),
    /// The provider's address is none that may be used.
    #[error("the address {address}: {why}")]
    Endpoint {
        /// What was said.
        address: String,
        /// Why not.
        why: String,
    },
}

/// Something that no log shows.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// What it is.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// The provider's id of the template for each kind of message.
pub type Templates = BTreeMap<Kind, String>;

/// Aliyun's short message service (dysmsapi, 2017-05-25).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Aliyun {
    /// The key's id.
    pub access_key_id: String,
    /// The key's secret.
    pub access_key_secret: Secret,
    /// The signature that was approved: 【…】.
    pub sign_name: String,
    /// Where it is; the usual address where nothing is said.
    #[serde(default = "aliyun_address")]
    pub endpoint: String,
    /// A proxy on the way there.
    #[serde(default)]
    pub proxy: Option<String>,
    /// The templates.
    pub templates: Templates,
}

/// Tencent's short message service (sms, 2021-01-11).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tencent {
    /// The key's id.
    pub secret_id: String,
    /// The key's secret.
    pub secret_key: Secret,
    /// The application's id (`SmsSdkAppId`).
    pub app_id: String,
    /// The signature that was approved: 【…】.
    pub sign_name: String,
    /// Its region.
    #[serde(default = "tencent_region")]
    pub region: String,
    /// Where it is; the usual address where nothing is said.
    #[serde(default = "tencent_address")]
    pub endpoint: String,
    /// A proxy on the way there.
    #[serde(default)]
    pub proxy: Option<String>,
    /// The templates. What they are filled with goes by order.
    pub templates: Templates,
}

fn aliyun_address() -> String {
    "https://dysmsapi.aliyuncs.com".to_owned()
}

fn tencent_region() -> String {
    "ap-guangzhou".to_owned()
}

fn tencent_address() -> String {
    "https://sms.tencentcloudapi.com".to_owned()
}
