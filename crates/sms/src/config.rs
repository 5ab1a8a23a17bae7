//! Which provider sends, as the brand's IT writes it into a file.

use crate::http::Way;
use crate::{Kind, SmsSender, aliyun, tencent};
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
    #[serde(default = "aliyun::usual_address")]
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
    #[serde(default = "tencent::usual_region")]
    pub region: String,
    /// Where it is; the usual address where nothing is said.
    #[serde(default = "tencent::usual_address")]
    pub endpoint: String,
    /// A proxy on the way there.
    #[serde(default)]
    pub proxy: Option<String>,
    /// The templates. What they are filled with goes by order.
    pub templates: Templates,
}

/// Which provider sends.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "provider", rename_all = "snake_case")]
pub enum Provider {
    /// Aliyun 阿里云.
    Aliyun(Aliyun),
    /// Tencent Cloud 腾讯云.
    Tencent(Tencent),
}

impl Provider {
    /// Reads settings.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn read(document: &[u8]) -> Result<Self, ConfigError> {
        let read: Self = serde_json::from_slice(document)?;
        let (named, templates) = match &read {
            Self::Aliyun(a) => (
                vec![
                    ("access_key_id", a.access_key_id.as_str()),
                    ("access_key_secret", a.access_key_secret.as_str()),
                    ("sign_name", a.sign_name.as_str()),
                ],
                &a.templates,
            ),
            Self::Tencent(t) => (
                vec![
                    ("secret_id", t.secret_id.as_str()),
                    ("secret_key", t.secret_key.as_str()),
                    ("app_id", t.app_id.as_str()),
                    ("sign_name", t.sign_name.as_str()),
                ],
                &t.templates,
            ),
        };
        if let Some((name, _)) = named.iter().find(|(_, said)| said.trim().is_empty()) {
            return Err(ConfigError::Empty(name));
        }
        let lacking: Vec<&str> = Kind::ALL
            .into_iter()
            .filter(|kind| kind.is_needed())
            .filter(|kind| templates.get(kind).is_none_or(|id| id.trim().is_empty()))
            .map(Kind::word)
            .collect();
        if !lacking.is_empty() {
            return Err(ConfigError::Templates(lacking.join(", ")));
        }
        Ok(read)
    }

    /// The way to send by it.
    ///
    /// # Errors
    /// [`ConfigError::Endpoint`].
    pub fn sender(self) -> Result<Box<dyn SmsSender>, ConfigError> {
        Ok(match self {
            Self::Aliyun(a) => {
                let way = Way::to(&a.endpoint, a.proxy.as_deref())?;
                Box::new(aliyun::Sender::new(a, way))
            }
            Self::Tencent(t) => {
                let way = Way::to(&t.endpoint, t.proxy.as_deref())?;
                Box::new(tencent::Sender::new(t, way))
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn templates() -> serde_json::Value {
        let all = Kind::ALL.map(|kind| (kind.word().to_owned(), json!("SMS_1")));
        serde_json::Value::Object(all.into_iter().collect())
    }

    fn aliyun() -> serde_json::Value {
        json!({
            "provider": "aliyun", "access_key_id": "id", "access_key_secret": "very secret",
            "sign_name": "汀禾", "templates": templates(),
        })
    }

    fn read(document: &serde_json::Value) -> Result<Provider, ConfigError> {
        Provider::read(document.to_string().as_bytes())
    }

    #[test]
    fn what_lacks_is_named_and_no_secret_is_shown() {
        let good = read(&aliyun()).unwrap();
        assert!(!format!("{good:?}").contains("very secret"));
        let mut without = aliyun();
        without["templates"]
            .as_object_mut()
            .unwrap()
            .remove("joining_code");
        let said = read(&without).unwrap_err().to_string();
        assert!(said.contains("joining_code"), "{said}");
        // nobody is the worse for no greeting
        let mut no_welcome = aliyun();
        no_welcome["templates"]
            .as_object_mut()
            .unwrap()
            .remove("welcome");
        assert!(read(&no_welcome).is_ok());
        let mut empty = aliyun();
        empty["sign_name"] = json!(" ");
        assert!(matches!(read(&empty), Err(ConfigError::Empty("sign_name"))));
        let mut typo = aliyun();
        typo["acces_key_id"] = json!("x");
        assert!(matches!(read(&typo), Err(ConfigError::Document(_))));
        let strange = json!({"provider": "pigeon"});
        assert!(matches!(read(&strange), Err(ConfigError::Document(_))));
    }

    #[test]
    fn a_key_goes_over_no_open_network() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        for (address, good) in [
            ("https://dysmsapi.aliyuncs.com", true),
            ("http://127.0.0.1:9", true),
            ("http://dysmsapi.aliyuncs.com", false),
            ("ftp://127.0.0.1", false),
            ("nonsense", false),
        ] {
            let mut settings = aliyun();
            settings["endpoint"] = json!(address);
            assert_eq!(read(&settings).unwrap().sender().is_ok(), good, "{address}");
        }
    }
}
