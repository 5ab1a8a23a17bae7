//! Which provider sends.

use crate::config::{Aliyun, ConfigError, Tencent};
use crate::http::Way;
use crate::message::Kind;
use crate::sender::SmsSender;
use crate::{aliyun, tencent};
use serde::Deserialize;

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
