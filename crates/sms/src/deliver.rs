//! How a message is tried: once, and again only where it is known that nobody has it.

use crate::sender::{Outgoing, Report, SmsError, SmsSender};
use chrono::Utc;
use std::time::Duration;

/// How long is waited for a provider's records, before each time that they are asked.
#[derive(Debug, Clone)]
pub struct Patience(pub Vec<Duration>);

impl Default for Patience {
    /// A record is there after a second or two; whoever waits for her code waits no longer than five.
    fn default() -> Self {
        Self(vec![Duration::from_secs(2), Duration::from_secs(3)])
    }
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// The provider has it.
    Sent,
    /// The provider may have it: it neither answered nor told. It counts as sent, and what it says holds.
    Unknown,
}

/// Sends a message. Where no answer comes, the provider is asked whether it has it; it is sent again, once, where it has
/// nothing of it.
///
/// # Errors
/// [`SmsError`], where it is known that nothing was sent.
pub async fn deliver(
    sender: &dyn SmsSender,
    out: &Outgoing<'_>,
    patience: &Patience,
) -> Result<Delivery, SmsError> {
    let since = Utc::now();
    let (mut answer, mut again) = (sender.send(out).await, true);
    loop {
        match answer {
            Ok(()) => return Ok(Delivery::Sent),
            Err(e @ (SmsError::NoTemplate(_) | SmsError::Refused(_))) => return Err(e),
            // nothing left this machine: it cannot come twice
            Err(SmsError::Unreached(_)) if again => {}
            Err(e @ SmsError::Unreached(_)) => return Err(e),
            Err(SmsError::Unanswered(why)) => {
                tracing::warn!(kind = %out.message.kind(), why, "a provider did not answer: its report is asked");
                match asked(sender, out, since, patience).await {
                    Ok(Report::OnItsWay | Report::Delivered) => return Ok(Delivery::Sent),
                    Ok(Report::Failed(why)) => return Err(SmsError::Refused(why)),
                    Ok(Report::Nothing) if again => {}
                    // it may come late: better one that is not waited for than two
                    Ok(Report::Nothing) | Err(_) => return Ok(Delivery::Unknown),
                }
            }
        }
        answer = sender.send(out).await;
        again = false;
    }
}

/// What the provider's records say, as soon as they say something.
async fn asked(
    sender: &dyn SmsSender,
    out: &Outgoing<'_>,
    since: chrono::DateTime<Utc>,
    patience: &Patience,
) -> Result<Report, SmsError> {
    let mut told = Ok(Report::Nothing);
    for wait in &patience.0 {
        tokio::time::sleep(*wait).await;
        told = sender.report(out, since).await;
        match &told {
            Ok(Report::Nothing) | Err(_) => {}
            Ok(Report::OnItsWay | Report::Delivered | Report::Failed(_)) => break,
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Kind, Message};
    use chrono::DateTime;
    use futures_util::future::{BoxFuture, ready};
    use std::collections::VecDeque;
    use std::sync::Mutex;

    /// Answers as it was told to, and counts.
    #[derive(Debug, Default)]
    struct Scripted {
        answers: Mutex<VecDeque<Result<(), SmsError>>>,
        reports: Mutex<VecDeque<Result<Report, SmsError>>>,
        asked: Mutex<Vec<&'static str>>,
    }

    impl SmsSender for Scripted {
        fn send<'a>(&'a self, _: &'a Outgoing<'a>) -> BoxFuture<'a, Result<(), SmsError>> {
            self.asked.lock().unwrap().push("send");
            let next = self.answers.lock().unwrap().pop_front();
            Box::pin(ready(next.expect("one more answer")))
        }
        fn report<'a>(
            &'a self,
            _: &'a Outgoing<'a>,
            _: DateTime<Utc>,
        ) -> BoxFuture<'a, Result<Report, SmsError>> {
            self.asked.lock().unwrap().push("report");
            let next = self.reports.lock().unwrap().pop_front();
            Box::pin(ready(next.expect("one more report")))
        }
        fn says(&self, _: Kind) -> bool {
            true
        }
    }

    fn unanswered() -> Result<(), SmsError> {
        Err(SmsError::Unanswered("timed out".into()))
    }

    fn unreached() -> Result<(), SmsError> {
        Err(SmsError::Unreached("no route".into()))
    }

    async fn run(
        answers: Vec<Result<(), SmsError>>,
        reports: Vec<Result<Report, SmsError>>,
    ) -> (Result<Delivery, SmsError>, Vec<&'static str>) {
        let sender = Scripted {
            answers: Mutex::new(answers.into()),
            reports: Mutex::new(reports.into()),
            asked: Mutex::default(),
        };
        let message = Message::JoiningCode {
            code: "407218".into(),
        };
        let out = Outgoing {
            to: "13900001111",
            brand: "汀禾",
            message: &message,
            id: "m-1",
        };
        let patience = Patience(vec![Duration::ZERO; 2]);
        let done = deliver(&sender, &out, &patience).await;
        let asked = sender.asked.into_inner().unwrap();
        (done, asked)
    }

    #[tokio::test]
    async fn nothing_is_sent_again_that_may_have_gone_out() {
        let (done, asked) = run(vec![unanswered()], vec![Ok(Report::OnItsWay)]).await;
        assert_eq!((done, asked), (Ok(Delivery::Sent), vec!["send", "report"]));
        // its records are not there at once
        let late = vec![Ok(Report::Nothing), Ok(Report::Delivered)];
        let (done, asked) = run(vec![unanswered()], late).await;
        assert_eq!(done, Ok(Delivery::Sent));
        assert_eq!(asked, ["send", "report", "report"]);
        // nor where it does not tell
        let away = || Err(SmsError::Unreached("away".into()));
        let (done, asked) = run(vec![unanswered()], vec![away(), away()]).await;
        assert_eq!(done, Ok(Delivery::Unknown));
        assert_eq!(asked, ["send", "report", "report"]);
        let (done, _) = run(
            vec![unanswered()],
            vec![Ok(Report::Failed("MOBILE".into()))],
        )
        .await;
        assert_eq!(done, Err(SmsError::Refused("MOBILE".into())));
    }

    #[tokio::test]
    async fn what_nobody_has_is_sent_again_once() {
        let nothing = || vec![Ok(Report::Nothing), Ok(Report::Nothing)];
        let (done, asked) = run(vec![unanswered(), Ok(())], nothing()).await;
        assert_eq!(done, Ok(Delivery::Sent));
        assert_eq!(asked, ["send", "report", "report", "send"]);
        let twice = [nothing(), nothing()].concat();
        let (done, asked) = run(vec![unanswered(), unanswered()], twice).await;
        assert_eq!(done, Ok(Delivery::Unknown));
        assert_eq!(asked.iter().filter(|a| **a == "send").count(), 2);
        let (done, asked) = run(vec![unreached(), unreached()], vec![]).await;
        assert_eq!(done, unreached().map(|()| Delivery::Sent));
        assert_eq!(asked, ["send", "send"]);
        let (done, _) = run(vec![unreached(), Ok(())], vec![]).await;
        assert_eq!(done, Ok(Delivery::Sent));
    }

    #[tokio::test]
    async fn a_no_is_a_no() {
        let no = SmsError::Refused("isv.BUSINESS_LIMIT_CONTROL".into());
        let (done, asked) = run(vec![Err(no.clone())], vec![]).await;
        assert_eq!((done, asked), (Err(no), vec!["send"]));
    }
}
