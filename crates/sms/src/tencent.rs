//! Tencent's short messages: requests signed by TC3-HMAC-SHA256, as Tencent Cloud's documentation of its signature of
//! version 3 describes it, and the actions `SendSms` and `PullSmsSendStatusByPhoneNumber` of 2021-01-11.

use crate::config::Tencent;
use crate::http::{Way, ask};
use crate::message::Kind;
use crate::sender::{Outgoing, Report, SmsError, SmsSender};
use crate::sign::{hash, hmac};
use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

const ALGORITHM: &str = "TC3-HMAC-SHA256";
const SERVICE: &str = "sms";
const VERSION: &str = "2021-01-11";
const CONTENT: &str = "application/json; charset=utf-8";
/// Records that are read at most for one number.
const RECORDS: u32 = 100;

/// A request to Tencent Cloud: all that it says stands in its body.
#[derive(Debug, Clone)]
pub struct Call<'a> {
    /// To which host.
    pub host: &'a str,
    /// Of which service.
    pub service: &'a str,
    /// What it asks.
    pub action: &'a str,
    /// What it says, as JSON.
    pub body: &'a str,
    /// When.
    pub at: DateTime<Utc>,
}

impl Call<'_> {
    /// The request in the form that is signed.
    #[must_use]
    pub fn canonical(&self) -> String {
        format!(
            "POST\n/\n\ncontent-type:{CONTENT}\nhost:{}\nx-tc-action:{}\n\n{SIGNED}\n{}",
            self.host,
            self.action.to_lowercase(),
            hash(self.body.as_bytes())
        )
    }

    /// The header `Authorization`.
    #[must_use]
    pub fn authorization(&self, id: &str, secret: &str) -> String {
        let day = self.at.format("%Y-%m-%d").to_string();
        let scope = format!("{day}/{}/tc3_request", self.service);
        let text = format!(
            "{ALGORITHM}\n{}\n{scope}\n{}",
            self.at.timestamp(),
            hash(self.canonical().as_bytes())
        );
        let mut key = hmac(format!("TC3{secret}").as_bytes(), day.as_bytes());
        for part in [self.service, "tc3_request"] {
            key = hmac(&key, part.as_bytes());
        }
        let signature = hex::encode(hmac(&key, text.as_bytes()));
        format!(
            "{ALGORITHM} Credential={id}/{scope}, SignedHeaders={SIGNED}, Signature={signature}"
        )
    }
}

/// Headers that are signed.
const SIGNED: &str = "content-type;host;x-tc-action";

/// Sends by Tencent Cloud.
#[derive(Debug)]
pub struct Sender {
    settings: Tencent,
    way: Way,
}

impl Sender {
    pub(crate) fn new(settings: Tencent, way: Way) -> Self {
        Self { settings, way }
    }

    async fn call(&self, action: &str, asked: &Value) -> Result<Value, SmsError> {
        let body = asked.to_string();
        let call = Call {
            host: &self.way.host,
            service: SERVICE,
            action,
            body: &body,
            at: Utc::now(),
        };
        let key = &self.settings;
        let request = self
            .way
            .post(None)
            .header("content-type", CONTENT)
            .header("x-tc-action", action)
            .header("x-tc-version", VERSION)
            .header("x-tc-timestamp", call.at.timestamp().to_string())
            .header("x-tc-region", &key.region)
            .header(
                "authorization",
                call.authorization(&key.secret_id, key.secret_key.as_str()),
            )
            .body(body.clone());
        let (status, mut said) = ask(request).await?;
        let answer = said["Response"].take();
        if let Some(code) = answer["Error"]["Code"].as_str() {
            // an error of its own may have come after the message went out
            return Err(if code.starts_with("InternalError") {
                SmsError::Unanswered(code.to_owned())
            } else {
                SmsError::Refused(code.to_owned())
            });
        }
        if answer.is_object() {
            Ok(answer)
        } else {
            Err(SmsError::Unanswered(format!(
                "status {status}, no response"
            )))
        }
    }

    async fn sent(&self, out: &Outgoing<'_>) -> Result<(), SmsError> {
        let kind = out.message.kind();
        let template = self.settings.templates.get(&kind);
        let template = template.ok_or(SmsError::NoTemplate(kind))?;
        let filled = out.message.parameters().into_iter().map(|(_, value)| value);
        let asked = json!({
            "PhoneNumberSet": [abroad(out.to)],
            "SmsSdkAppId": self.settings.app_id,
            "SignName": self.settings.sign_name,
            "TemplateId": template,
            "TemplateParamSet": filled.collect::<Vec<_>>(),
            "SessionContext": out.id,
        });
        let answer = self.call("SendSms", &asked).await?;
        match answer["SendStatusSet"][0]["Code"].as_str() {
            Some("Ok") => Ok(()),
            Some(code) if code.starts_with("InternalError") => {
                Err(SmsError::Unanswered(code.to_owned()))
            }
            Some(code) => Err(SmsError::Refused(code.to_owned())),
            None => Err(SmsError::Unanswered("no status of the message".to_owned())),
        }
    }

    async fn told(&self, out: &Outgoing<'_>, since: DateTime<Utc>) -> Result<Report, SmsError> {
        let asked = json!({
            // its clock and ours may differ
            "BeginTime": since.timestamp() - 60,
            "Offset": 0,
            "Limit": RECORDS,
            "PhoneNumber": abroad(out.to),
            "SmsSdkAppId": self.settings.app_id,
        });
        let answer = self.call("PullSmsSendStatusByPhoneNumber", &asked).await?;
        let all = answer["PullSmsSendStatusSet"].as_array();
        let hers = all.and_then(|all| all.iter().find(|one| one["SessionContext"] == out.id));
        Ok(match hers {
            None => Report::Nothing,
            Some(one) => match one["ReportStatus"].as_str() {
                Some("SUCCESS") => Report::Delivered,
                Some("FAIL") => {
                    Report::Failed(one["Description"].as_str().unwrap_or_default().to_owned())
                }
                _ => Report::OnItsWay,
            },
        })
    }
}

/// A number with its country, as Tencent has it.
fn abroad(number: &str) -> String {
    format!("+86{number}")
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

    /// The example of Tencent Cloud's documentation ("signature v3"), whose key is printed as stars.
    #[test]
    fn the_published_example_byte_for_byte() {
        let stars = "*".repeat(32);
        let call = Call {
            host: "cvm.tencentcloudapi.com",
            service: "cvm",
            action: "DescribeInstances",
            body: r#"{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}"#,
            at: DateTime::from_timestamp(1_551_113_065, 0).unwrap(),
        };
        assert_eq!(
            call.canonical(),
            "POST\n/\n\ncontent-type:application/json; charset=utf-8\nhost:cvm.tencentcloudapi.com\n\
             x-tc-action:describeinstances\n\ncontent-type;host;x-tc-action\n\
             35e9c5b0e3ae67532d3c9f17ead6c90222632e5b1ff7f6e89887f1398934f064"
        );
        assert_eq!(
            hash(call.canonical().as_bytes()),
            "7019a55be8395899b900fb5564e4200d984910f34794a27cb3fb7d10ff6a1e84"
        );
        assert_eq!(
            call.authorization(&format!("AKID{stars}"), &stars),
            format!(
                "TC3-HMAC-SHA256 Credential=AKID{stars}/2019-02-25/cvm/tc3_request, \
                 SignedHeaders=content-type;host;x-tc-action, \
                 Signature=10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f"
            )
        );
    }
}
