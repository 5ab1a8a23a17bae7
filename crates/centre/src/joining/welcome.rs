//! A word to whoever has just joined. Nobody waits for it, and nothing hangs on it.

use std::sync::Arc;

use protocol::join::Joined;

use super::counted::{Refusal, ToCount, count_each, to_number, uncount};
use super::verify::Phone;
use crate::Centre;
use crate::error::ServiceError;
use crate::pace::Counted;

/// What such messages count with in the place of a counter.
const WELCOME: &str = "welcome";
/// The part of the brand's messages of a day that they may have: codes go first.
const PART: u64 = 4;

impl Phone {
    /// Greets a new member, where messages of that kind are sent.
    pub fn welcome(self: &Arc<Self>, centre: &Centre, phone: &str, joined: &Joined) {
        if !self.says(sms::Kind::Welcome) {
            return;
        }
        let (this, centre, phone) = (Arc::clone(self), centre.clone(), phone.to_owned());
        let points = joined.points;
        tokio::spawn(async move {
            if let Err(error) = this.greet(&centre, &phone, points).await {
                tracing::warn!(%error, "a new member was not greeted");
            }
        });
    }

    async fn greet(&self, centre: &Centre, phone: &str, points: i64) -> Result<(), ServiceError> {
        let counted = centre
            .retrying(|| self.count_greeting(centre, phone))
            .await?;
        let Ok(counted) = counted else {
            tracing::warn!(
                "as many messages were sent today as may be: a new member is not greeted"
            );
            return Ok(());
        };
        let message = sms::Message::Welcome { points };
        if self.message(centre, phone, &message).await?.is_none() {
            let work = centre.work().await?;
            uncount(&work, &counted).await?;
            work.commit().await?;
        }
        Ok(())
    }

    async fn count_greeting(
        &self,
        centre: &Centre,
        phone: &str,
    ) -> Result<Result<Vec<(Counted, String)>, Refusal>, ServiceError> {
        let work = centre.work().await?;
        let now = work.now();
        let day = now.date_naive();
        let mut all: Vec<ToCount> = vec![
            self.of_brand(day),
            (
                Counted::MessagesOfWelcome,
                day.to_string(),
                self.limits.brand / PART,
                Refusal::TooMany,
            ),
        ];
        all.extend(to_number(phone, WELCOME, day));
        let counted = count_each(&work, &all, now).await?;
        if counted.is_ok() {
            work.commit().await?;
        }
        Ok(counted)
    }
}
