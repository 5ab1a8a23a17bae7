//! The page that IT prints: a card for each device, with a QR code that its first screen reads.

use std::fmt::Write as _;

use protocol::ticket::Ticket;

use crate::cli::CommandError;
use crate::commands::markup::{code_picture, escape};

/// What stands on one card.
pub(super) struct Card {
    pub store: String,
    pub name: String,
    pub checkout: bool,
    pub replaces: bool,
    pub code: String,
    /// Last moment, as the shops' clocks say it.
    pub until: String,
    pub ticket: Ticket,
}

const HEAD: &str = "<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
<title>柜台登记 Counters to enrol</title><style>\
@page{size:A4;margin:14mm}\
*{box-sizing:border-box}\
body{margin:0;font:14px/22px 'Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif;color:#1d1b19}\
h1{margin:0 0 2mm;font:600 22px/32px 'Noto Serif CJK SC','Songti SC',SimSun,serif}\
.lead{margin:0 0 6mm;max-width:52em;color:#6b655f}\
.cards{display:grid;grid-template-columns:1fr 1fr;gap:6mm}\
.card{display:grid;grid-template-columns:42mm 1fr;gap:5mm;padding:5mm;border:.3mm solid #cfc9c2;border-radius:3mm;break-inside:avoid}\
.card svg{display:block;width:42mm;height:42mm}\
.card b{display:block;font-size:17px;line-height:24px}\
.card p{margin:1mm 0 0;color:#6b655f;font-size:12px;line-height:18px}\
.code{margin-top:2mm;font:600 14px/22px ui-monospace,Consolas,monospace;white-space:nowrap;color:#1d1b19}\
@media screen{body{max-width:210mm;margin:12mm auto;padding:0 14mm}}\
</style></head><body>\n";

/// The page.
pub(super) fn page(brand: &str, cards: &[Card]) -> Result<String, CommandError> {
    let mut page = String::from(HEAD);
    let _ = write!(
        page,
        "<h1>{}</h1><p class=\"lead\">在新柜台的第一屏扫一扫，或者照着输入。每个码只能用一次；用完请销毁这张纸。<br>\
         Scan on the new counter's first screen, or type it in. Each code is good once; destroy this sheet afterwards.</p>\
         <div class=\"cards\">",
        escape(&match brand {
            "" => "柜台登记 Counters to enrol".to_owned(),
            brand => format!("{brand} · 柜台登记 Counters to enrol"),
        })
    );
    for card in cards {
        page.push_str(&one(card)?);
    }
    page.push_str("</div></body></html>\n");
    Ok(page)
}

fn one(card: &Card) -> Result<String, CommandError> {
    let picture = code_picture(&card.ticket.text(), "#1d1b19")?;
    let name = match card.name.as_str() {
        "" => "名字现场填写 named on the spot",
        name => name,
    };
    let uses = match (card.replaces, card.checkout) {
        (true, _) => "顶替原来的柜台 takes another's place",
        (false, true) => "收银柜台 checks customers out",
        (false, false) => "导购平板 for advisors",
    };
    Ok(format!(
        "<div class=\"card\">{picture}<div><b>{}</b>{}<p>{uses}</p><div class=\"code\">{}</div>\
         <p>{}<br>有效至 until {}</p></div></div>\n",
        escape(&card.store),
        escape(name),
        escape(&card.code),
        escape(&card.ticket.centre),
        escape(&card.until),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_card_carries_its_own_ticket_and_nothing_of_it_is_markup() {
        let card = |name: &str| Card {
            store: "徐汇<店>".into(),
            name: name.into(),
            checkout: true,
            replaces: false,
            code: "0000-1111-2222".into(),
            until: "2026-12-01 09:00".into(),
            ticket: Ticket {
                centre: "https://c.example".into(),
                code: "0000-1111-2222".into(),
                name: name.into(),
            },
        };
        let page = page("花间", &[card("一号"), card("<b>")]).unwrap();
        assert_eq!(page.matches("<svg").count(), 2);
        assert!(page.contains("徐汇&lt;店&gt;") && page.contains("&lt;b&gt;"));
        assert!(!page.contains("<b><b>") && !page.contains("http://www.w3.org/1999/xlink"));
    }
}
