//! What stands in a centre's place (a filter, a portal, a proxy) is never read as a reply.

#![allow(clippy::unwrap_used, clippy::panic)] // a test's helper fails by panicking

use protocol::WireError;
use protocol::centre::CentreReply;
use protocol::clerk::ClerkReply;
use protocol::enrol::EnrolReply;
use protocol::grant::GrantReply;
use protocol::hello::HelloReply;
use protocol::lookup::LookupReply;
use protocol::manage::ManageReply;
use protocol::pull::PullReply;
use protocol::push::PushReply;
use protocol::report::ReportReply;
use serde::de::DeserializeOwned;

const STRANGERS: [&str; 11] = [
    "{}",
    "null",
    "true",
    "\"ok\"",
    "[1]",
    r#"{"ok":true}"#,
    r#"{"status":"ok"}"#,
    r#"{"code":0,"message":"success","data":null}"#,
    r#"{"error":{"code":403,"message":"blocked"}}"#,
    r#"{"result":"allowed","url":"http://10.0.0.1/login"}"#,
    r#"{"errcode":0,"errmsg":"ok"}"#,
];

fn is_none_of_them<T: DeserializeOwned>(what: &str) {
    for text in STRANGERS {
        assert!(serde_json::from_str::<T>(text).is_err(), "{what}: {text}");
    }
}

#[test]
fn nothing_else_is_a_reply() {
    is_none_of_them::<EnrolReply>("enrol");
    is_none_of_them::<HelloReply>("hello");
    is_none_of_them::<PushReply>("push");
    is_none_of_them::<PullReply>("pull");
    is_none_of_them::<GrantReply>("grant");
    is_none_of_them::<ReportReply>("report");
    is_none_of_them::<LookupReply>("lookup");
    is_none_of_them::<ManageReply>("manage");
    is_none_of_them::<CentreReply>("centre");
    is_none_of_them::<ClerkReply>("clerk");
    is_none_of_them::<WireError>("refusal");
}

#[test]
fn that_nobody_has_a_number_is_said() {
    let nobody: LookupReply = serde_json::from_str(r#"{"member":null}"#).unwrap();
    assert_eq!(nobody.member, None);
    let text = serde_json::to_string(&nobody).unwrap();
    assert_eq!(text, r#"{"member":null}"#);
    assert!(serde_json::from_str::<LookupReply>(r#"{"until":"2026-01-01T00:00:00Z"}"#).is_err());
}
