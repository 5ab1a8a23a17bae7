//! All that is held on a member, as a page to be read: in Chinese and English, on paper too. It loads nothing.

use centre::rights::{Export, Section};
use chrono::DateTime;
use chrono_tz::Tz;
use serde_json::{Map, Value};

use super::labels::{Kind, label};
use crate::commands::markup::escape;

const STYLE: &str = "body{font:15px/1.6 system-ui,'PingFang SC','Noto Sans CJK SC',sans-serif;color:#222;max-width:1100px;\
margin:2rem auto;padding:0 1.5rem}h1{font-size:1.6rem;font-weight:600}h2{font-size:1.1rem;margin:2.2rem 0 .4rem}\
h2 small,th small{color:#777;font-weight:400}p{color:#555}table{border-collapse:collapse;width:100%;font-size:13px}\
th,td{border-bottom:1px solid #ddd;padding:.35rem .6rem .35rem 0;text-align:left;vertical-align:top;overflow-wrap:anywhere}\
th{font-weight:600}.one th{width:14rem}.none{color:#999}@media print{body{margin:0}h2{break-after:avoid}}";

/// The page.
pub fn page(export: &Export, zone: Tz) -> String {
    let at = export.at.with_timezone(&zone).format("%Y-%m-%d %H:%M %Z");
    let mut html = format!(
        "<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>{brand}</title><style>{STYLE}</style>\
         </head><body>\n<h1>{brand}：关于您的全部资料</h1>\n<p>Everything that {brand} holds on you. {at}. \
         会员编号 / id: {id}</p>\n",
        brand = escape(&export.brand),
        id = escape(export.member.as_str()),
    );
    for section in &export.sections {
        html.push_str(&of(section, zone));
    }
    html.push_str("</body></html>\n");
    html
}

fn of(section: &Section, zone: Tz) -> String {
    let mut html = format!(
        "<h2>{} <small>{} · {}</small></h2>\n",
        escape(section.zh),
        escape(section.en),
        section.rows.len()
    );
    let rows: Vec<&Map<String, Value>> = section.rows.iter().filter_map(Value::as_object).collect();
    match rows.as_slice() {
        [] => html.push_str("<p class=\"none\">没有 · Nothing</p>\n"),
        [one] => html.push_str(&single(one, zone)),
        [first, ..] => {
            let names: Vec<&String> = first.keys().collect();
            html.push_str("<table><tr>");
            for name in &names {
                html.push_str(&format!("<th>{}</th>", heading(name)));
            }
            html.push_str("</tr>\n");
            for row in &rows {
                html.push_str("<tr>");
                for name in &names {
                    let value = row.get(*name).unwrap_or(&Value::Null);
                    html.push_str(&format!("<td>{}</td>", cell(name, value, zone)));
                }
                html.push_str("</tr>\n");
            }
            html.push_str("</table>\n");
        }
    }
    html
}

/// A single row stands upright.
fn single(row: &Map<String, Value>, zone: Tz) -> String {
    let mut html = "<table class=\"one\">".to_owned();
    for (name, value) in row {
        let (heading, cell) = (heading(name), cell(name, value, zone));
        html.push_str(&format!("<tr><th>{heading}</th><td>{cell}</td></tr>\n"));
    }
    html.push_str("</table>\n");
    html
}

fn heading(name: &str) -> String {
    let label = label(name);
    let (zh, en) = label.map_or((name, name), |label| (label.zh, label.en));
    format!("{} <small>{}</small>", escape(zh), escape(en))
}

fn cell(name: &str, value: &Value, zone: Tz) -> String {
    let text = match (label(name).map(|label| label.kind), value) {
        (_, Value::Null) => String::new(),
        (_, Value::Bool(yes)) => if *yes { "是 · yes" } else { "否 · no" }.to_owned(),
        (Some(Kind::Moment), Value::Number(n)) => n
            .as_i64()
            .and_then(DateTime::from_timestamp_millis)
            .map_or_else(
                || n.to_string(),
                |at| {
                    let at = at.with_timezone(&zone);
                    at.format("%Y-%m-%d %H:%M:%S").to_string()
                },
            ),
        (Some(Kind::Money), Value::Number(n)) => n.as_i64().map_or_else(
            || n.to_string(),
            |fen| format!("¥{}", loyalty::Money::from_fen(fen)),
        ),
        (_, Value::String(text)) => text.clone(),
        (_, other) => other.to_string(),
    };
    escape(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_member_typed_is_shown_and_does_nothing() {
        let row = serde_json::json!({
            "name": "<script>alert('1')</script>", "joined_at": 1_790_000_000_000_i64, "net_fen": 12_345,
            "consent_skin": true, "phone": null,
        });
        let export = Export {
            brand: "花间 & Co".to_owned(),
            member: "M1".into(),
            at: DateTime::UNIX_EPOCH,
            sections: vec![
                Section {
                    table: "member",
                    zh: "会员资料",
                    en: "Profile",
                    rows: vec![row.clone()],
                },
                Section {
                    table: "visit",
                    zh: "到店",
                    en: "Visits",
                    rows: Vec::new(),
                },
                Section {
                    table: "receipt",
                    zh: "消费",
                    en: "Purchases",
                    rows: vec![row.clone(), row],
                },
            ],
        };
        let html = page(&export, chrono_tz::Asia::Shanghai);
        assert!(!html.contains("<script"), "{html}");
        for shown in [
            "花间 &amp; Co",
            "&lt;script&gt;",
            "2026-09-21 22:13:20",
            "¥123.45",
            "是 · yes",
            "没有 · Nothing",
            "姓名 <small>Name</small>",
        ] {
            assert!(html.contains(shown), "{shown}: {html}");
        }
    }
}
