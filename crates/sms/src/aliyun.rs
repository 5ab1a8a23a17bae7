//! Aliyun's short messages: requests signed by ACS3-HMAC-SHA256, as Aliyun's documentation of its signature of version 3
//! describes it, and the actions `SendSms` and `QuerySendDetails` of 2017-05-25.

use crate::config::Aliyun;
use crate::http::{Way, ask};
use crate::message::Kind;
use crate::sender::{Outgoing, Report, SmsError, SmsSender};
use crate::sign::{hash, hmac};
use chrono::{DateTime, FixedOffset, SecondsFormat, Utc};
use futures_util::future::BoxFuture;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

const ALGORITHM: &str = "ACS3-HMAC-SHA256";
const VERSION: &str = "2017-05-25";
/// What stays as it is in a query: RFC 3986's unreserved characters.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');
/// Records of a day that are read at most for one number.
const PAGE: &str = "50";

/// A request to Aliyun, with an empty body: all that it says stands in its query.
#[derive(Debug, Clone)]
pub struct Call<'a> {
    /// To which host.
    pub host: &'a str,
    /// What it asks.
    pub action: &'a str,
    /// Of which version of the service.
    pub version: &'a str,
    /// What it says, in any order.
    pub query: &'a [(&'a str, &'a str)],
    /// When.
    pub at: DateTime<Utc>,
    /// Makes it one of its own.
    pub nonce: &'a str,
}

impl Call<'_> {
    /// What it says, as it goes into the address and under the signature.
    #[must_use]
    pub fn query_text(&self) -> String {
        let mut pairs: Vec<(String, String)> = self
            .query
            .iter()
            .map(|(name, value)| (encoded(name), encoded(value)))
            .collect();
        pairs.sort();
        let pairs = pairs
            .into_iter()
            .map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("&")
    }

    /// Its headers, those that are signed, in their order.
    #[must_use]
    pub fn headers(&self) -> [(&'static str, String); 6] {
        [
            ("host", self.host.to_owned()),
            ("x-acs-action", self.action.to_owned()),
            ("x-acs-content-sha256", hash(b"")),
            (
                "x-acs-date",
                self.at.to_rfc3339_opts(SecondsFormat::Secs, true),
            ),
            ("x-acs-signature-nonce", self.nonce.to_owned()),
            ("x-acs-version", self.version.to_owned()),
        ]
    }

    /// The request in the form that is signed.
    #[must_use]
    pub fn canonical(&self) -> String {
        let headers = self.headers();
        let lines: String = headers.iter().map(|(n, v)| format!("{n}:{v}\n")).collect();
        format!(
            "POST\n/\n{}\n{lines}\n{}\n{}",
            self.query_text(),
            names(&headers),
            hash(b"")
        )
    }

    /// The header `Authorization`.
    #[must_use]
    pub fn authorization(&self, id: &str, secret: &str) -> String {
        let text = format!("{ALGORITHM}\n{}", hash(self.canonical().as_bytes()));
        let signature = hex::encode(hmac(secret.as_bytes(), text.as_bytes()));
        format!(
            "{ALGORITHM} Credential={id},SignedHeaders={},Signature={signature}",
            names(&self.headers())
        )
    }
}

fn names(headers: &[(&'static str, String)]) -> String {
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    names.join(";")
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, KEPT).to_string()
}

/// Sends by Aliyun.
#[derive(Debug)]
pub struct Sender {
    settings: Aliyun,
    way: Way,
}

impl Sender {
    pub(crate) fn new(settings: Aliyun, way: Way) -> Self {
        Self { settings, way }
    }

    async fn call(&self, action: &str, query: &[(&str, &str)]) -> Result<Value, SmsError> {
        let mut nonce = [0u8; 16];
        getrandom::fill(&mut nonce).map_err(|e| SmsError::Unreached(e.to_string()))?;
        let call = Call {
            host: &self.way.host,
            action,
            version: VERSION,
            query,
            at: Utc::now(),
            nonce: &hex::encode(nonce),
        };
        let key = &self.settings;
        let signed = call.authorization(&key.access_key_id, key.access_key_secret.as_str());
        let mut request = self.way.post(Some(&call.query_text()));
        for (name, value) in call.headers() {
            if name != "host" {
                request = request.header(name, value);
            }
        }
        let request = request
            .header("accept", "application/json")
            .header("authorization", signed);
        let (status, said) = ask(request).await?;
        match said["Code"].as_str() {
            Some("OK") => Ok(said),
            // what went wrong on its side may have come after the message went out
            Some(code) if status >= 500 => Err(SmsError::Unanswered(code.to_owned())),
            Some(code) => Err(SmsError::Refused(code.to_owned())),
            None => Err(SmsError::Unanswered(format!("status {status}, no code"))),
        }
    }

    async fn sent(&self, out: &Outgoing<'_>) -> Result<(), SmsError> {
        let kind = out.message.kind();
        let template = self.settings.templates.get(&kind);
        let template = template.ok_or(SmsError::NoTemplate(kind))?;
        let parameters: serde_json::Map<String, Value> = out
            .message
            .parameters()
            .into_iter()
            .map(|(name, value)| (name.to_owned(), Value::String(value)))
            .collect();
        let parameters = Value::Object(parameters).to_string();
        let query = [
            ("PhoneNumbers", out.to),
            ("SignName", self.settings.sign_name.as_str()),
            ("TemplateCode", template),
            ("TemplateParam", &parameters),
            ("OutId", out.id),
        ];
        self.call("SendSms", &query).await.map(drop)
    }

    async fn told(&self, out: &Outgoing<'_>, since: DateTime<Utc>) -> Result<Report, SmsError> {
        // its days are Beijing's
        let day = FixedOffset::east_opt(8 * 3600).map_or_else(
            || since.format("%Y%m%d").to_string(),
            |zone| since.with_timezone(&zone).format("%Y%m%d").to_string(),
        );
        let query = [
            ("PhoneNumber", out.to),
            ("SendDate", day.as_str()),
            ("PageSize", PAGE),
            ("CurrentPage", "1"),
        ];
        let said = self.call("QuerySendDetails", &query).await?;
        let all = said["SmsSendDetailDTOs"]["SmsSendDetailDTO"].as_array();
        let hers = all.and_then(|all| all.iter().find(|one| one["OutId"] == out.id));
        Ok(match hers {
            None => Report::Nothing,
            Some(one) => match one["SendStatus"].as_i64() {
                Some(2) => Report::Failed(one["ErrCode"].as_str().unwrap_or_default().to_owned()),
                Some(3) => Report::Delivered,
                _ => Report::OnItsWay,
            },
        })
    }
}

impl SmsSender for Sender {
    fn send<'a>(&'a self, out: &'a Outgoing<'a>) -> BoxFuture<'a, Result<(), SmsError>> {
        Box::pin(self.sent(out))
    }

    fn report<'a>(
        &'a self,
        out: &'a Outgoing<'a>,
        since: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Report, SmsError>> {
        Box::pin(self.told(out, since))
    }

    fn says(&self, kind: Kind) -> bool {
        self.settings.templates.contains_key(&kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of Aliyun's documentation ("V3 request structure and signature", fixed parameters).
    #[test]
    fn the_published_example_byte_for_byte() {
        let call = Call {
            host: "ecs.cn-shanghai.aliyuncs.com",
            action: "RunInstances",
            version: "2014-05-26",
            query: &[
                ("RegionId", "cn-shanghai"),
                (
                    "ImageId",
                    "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd",
                ),
            ],
            at: "2023-10-26T10:22:32Z".parse().unwrap(),
            nonce: "3156853299f313e23d1673dc12e1703d",
        };
        assert_eq!(
            call.canonical(),
            "POST\n/\nImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai\n\
             host:ecs.cn-shanghai.aliyuncs.com\nx-acs-action:RunInstances\n\
             x-acs-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n\
             x-acs-date:2023-10-26T10:22:32Z\nx-acs-signature-nonce:3156853299f313e23d1673dc12e1703d\n\
             x-acs-version:2014-05-26\n\n\
             host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version\n\
             e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(
            hash(call.canonical().as_bytes()),
            "7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259"
        );
        assert_eq!(
            call.authorization("YourAccessKeyId", "YourAccessKeySecret"),
            "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;\
             x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,\
             Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
        );
    }

    #[test]
    fn what_a_query_cannot_hold_is_encoded_as_it_is_signed() {
        let call = Call {
            host: "h",
            action: "a",
            version: "v",
            query: &[("b", "x y*"), ("A", "汀~"), ("a", "{\"c\":1}")],
            at: DateTime::UNIX_EPOCH,
            nonce: "n",
        };
        assert_eq!(
            call.query_text(),
            "A=%E6%B1%80~&a=%7B%22c%22%3A1%7D&b=x%20y%2A"
        );
    }
}
