//! Short messages: what is said, by which provider, and when one is tried again.
//!
//! Providers in mainland China send no free text: a template that was approved beforehand, with its parameters. So a
//! message here is a [`Kind`] with parameters, and the words are those of the developer's outbox alone. What is sent by
//! whom is a setting ([`Provider`]); how it is tried is the same for all ([`deliver`]): a message is no idempotent
//! request, so that where no answer came the provider's report is asked before anything is sent again.

pub mod aliyun;
mod config;
mod deliver;
mod http;
mod message;
mod provider;
mod sender;
mod sign;
pub mod tencent;
mod written;

pub use config::{Aliyun, ConfigError, Secret, Tencent};
pub use deliver::{Delivery, Patience, deliver};
pub use message::{Kind, Message};
pub use provider::Provider;
pub use sender::{Outgoing, Report, SmsError, SmsSender};
pub use written::Written;
