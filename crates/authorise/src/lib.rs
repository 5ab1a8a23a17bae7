//! Who somebody is at WeChat (微信) or Alipay (支付宝), where she lets them tell it: OAuth 2.0 (RFC 6749) by the authorization
//! code, with each provider's own ways.
//!
//! A [`Provider`] says where her browser is to go ([`Provider::begin`]) and reads what it comes back with
//! ([`Provider::finish`]): her open id at this brand and, where the provider tells it by a second call, her phone number.
//! Nothing is kept here.

mod alipay;
mod answer;
mod config;
mod error;
mod http;
mod plain;
mod provider;
mod wechat;

pub use config::{Alipay, Config, Plain, Wechat};
pub use error::{AuthoriseError, ConfigError};
pub use provider::{Authorised, Begun, Provider, read};
