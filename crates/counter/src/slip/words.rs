//! The words of a receipt, in two languages, and its figures.

use crate::view::SlipLanguage;
use chrono::{Datelike, NaiveDate, NaiveDateTime};
use loyalty::{Money, Points};

/// Every fixed word.
pub(super) struct Words {
    pub(super) sale: &'static str,
    pub(super) giving_back: &'static str,
    pub(super) redemption: &'static str,
    pub(super) reversal: &'static str,
    pub(super) demo: &'static str,
    pub(super) electronic: &'static str,
    pub(super) number: &'static str,
    pub(super) sold_under: &'static str,
    pub(super) slip_number: &'static str,
    pub(super) time: &'static str,
    pub(super) clerk: &'static str,
    pub(super) member: &'static str,
    pub(super) rest_of_it: &'static str,
    pub(super) total: &'static str,
    pub(super) coupons: &'static str,
    pub(super) by_points: &'static str,
    pub(super) paid: &'static str,
    pub(super) refunded: &'static str,
    pub(super) refunded_since: &'static str,
    pub(super) bill: &'static str,
    pub(super) money_off: &'static str,
    pub(super) earned: &'static str,
    pub(super) spent: &'static str,
    pub(super) given_back: &'static str,
    pub(super) taken_back: &'static str,
    pub(super) balance: &'static str,
    pub(super) pending: &'static str,
    pub(super) expiring: &'static str,
    pub(super) this_pending: &'static str,
    pub(super) this_credited: &'static str,
    pub(super) this_set_aside: &'static str,
    pub(super) keep: &'static str,
    pub(super) test: &'static str,
    pub(super) test_detail: &'static str,
    pub(super) invitation: &'static str,
    pub(super) scan_it: &'static str,
    pub(super) valid_until: &'static str,
    pub(super) credited_to: &'static str,
}

const ZH: Words = Words {
    sale: "销售小票",
    giving_back: "退货小票",
    redemption: "积分兑换单",
    reversal: "撤销兑换单",
    demo: "演示数据 不作凭证",
    electronic: "电子小票",
    number: "小票号",
    sold_under: "原小票号",
    slip_number: "兑换单号",
    time: "时间",
    clerk: "店员",
    member: "会员",
    rest_of_it: "其余商品",
    total: "合计",
    coupons: "优惠券",
    by_points: "积分抵扣",
    paid: "实付",
    refunded: "退款",
    refunded_since: "已退款",
    bill: "账单",
    money_off: "抵扣金额",
    earned: "本单获得积分",
    spent: "使用积分",
    given_back: "退回积分",
    taken_back: "扣回积分",
    balance: "积分余额",
    pending: "另待确认",
    expiring: "最近到期",
    this_pending: "本单积分待确认：送到总部后到账。",
    this_credited: "本单积分待确认：总部找到会员后到账。",
    this_set_aside: "总部还在核对本单，积分未变动。",
    keep: "退货请带此小票",
    test: "打印测试",
    test_detail: "这张能看清、右边对齐，就可以用了。",
    invitation: "扫一扫，三步入会",
    scan_it: "用手机相机或微信扫码",
    valid_until: "有效至",
    credited_to: "邀请人",
};

const EN: Words = Words {
    sale: "Sales receipt",
    giving_back: "Return receipt",
    redemption: "Points redemption",
    reversal: "Redemption undone",
    demo: "Demo data, not a proof of purchase",
    electronic: "Electronic receipt",
    number: "Receipt no.",
    sold_under: "Sold under",
    slip_number: "Redemption no.",
    time: "Time",
    clerk: "Clerk",
    member: "Member",
    rest_of_it: "All other goods",
    total: "Total",
    coupons: "Coupons",
    by_points: "Paid by points",
    paid: "Paid",
    refunded: "Refunded",
    refunded_since: "Refunded since",
    bill: "Bill",
    money_off: "Money off",
    earned: "Points earned",
    spent: "Points spent",
    given_back: "Points given back",
    taken_back: "Points taken back",
    balance: "Points balance",
    pending: "Also pending",
    expiring: "Expiring next",
    this_pending: "This receipt's points are pending: they count once headquarters has it.",
    this_credited: "This receipt's points are pending: they count once headquarters finds the member.",
    this_set_aside: "Headquarters is looking at this receipt; no points have moved.",
    keep: "Please bring this for returns",
    test: "Printer test",
    test_detail: "Where this is clear and flush right, the printer is ready.",
    invitation: "Scan, join in three steps",
    scan_it: "With your camera or WeChat",
    valid_until: "Valid until",
    credited_to: "Invited by",
};

impl SlipLanguage {
    pub(super) fn words(self) -> &'static Words {
        match self {
            Self::Zh => &ZH,
            Self::En => &EN,
        }
    }

    /// 入会就送护肤小样一份 / Joining brings a sample
    pub(super) fn joining_gift(self, gift: &str) -> String {
        match self {
            Self::Zh => format!("入会就送{gift}"),
            Self::En => format!("Joining brings {gift}"),
        }
    }

    /// 重印 第 3 次 / Reprint no. 3
    pub(super) fn reprint(self, n: u32) -> String {
        match self {
            Self::Zh => format!("重印 第 {n} 次"),
            Self::En => format!("Reprint no. {n}"),
        }
    }

    /// 已退 2 / 2 returned
    pub(super) fn returned(self, qty: u32) -> String {
        match self {
            Self::Zh => format!("已退 {qty}"),
            Self::En => format!("{qty} returned"),
        }
    }

    /// 截至 14:02; with the day where it is not today's.
    pub(super) fn as_of(self, at: NaiveDateTime, now: NaiveDateTime) -> String {
        let time = at.format("%H:%M");
        let today = at.date() == now.date();
        match (self, today) {
            (Self::Zh, true) => format!("截至 {time}"),
            (Self::Zh, false) => format!("截至 {} {time}", self.day(at.date())),
            (Self::En, true) => format!("as of {time}"),
            (Self::En, false) => format!("as of {time}, {}", self.day(at.date())),
        }
    }

    /// 2026年5月31日 / 31 May 2026
    pub(super) fn day(self, day: NaiveDate) -> String {
        match self {
            Self::Zh => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
            Self::En => day.format("%-d %b %Y").to_string(),
        }
    }

    /// 200 分 2026年6月30日 / 200 on 30 Jun 2026
    pub(super) fn points_on(self, n: Points, day: NaiveDate) -> String {
        match self {
            Self::Zh => format!("{} {}", self.points(n), self.day(day)),
            Self::En => format!("{} on {}", self.points(n), self.day(day)),
        }
    }

    /// 500 分 / 500
    pub(super) fn points(self, n: Points) -> String {
        match self {
            Self::Zh => format!("{} 分", count(n)),
            Self::En => count(n),
        }
    }
}

/// ¥1,138.00; −¥50.00 for money that comes off.
pub(super) fn money(amount: Money) -> String {
    let text = amount.to_string();
    let (sign, text) = text.strip_prefix('-').map_or(("", &*text), |t| ("−", t));
    let (whole, fen) = text.split_once('.').unwrap_or((text, "00"));
    format!("{sign}¥{}.{fen}", grouped(whole))
}

/// 3,860; −800.
pub(super) fn count(n: Points) -> String {
    let sign = if n.0 < 0 { "−" } else { "" };
    format!("{sign}{}", grouped(&n.0.unsigned_abs().to_string()))
}

/// +188; −800.
pub(super) fn change(n: Points) -> String {
    let sign = if n.0 > 0 { "+" } else { "" };
    format!("{sign}{}", count(n))
}

fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() * 4 / 3 + 1);
    for (i, d) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(d);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_commas_and_true_signs() {
        assert_eq!(money(Money::from_fen(113_800)), "¥1,138.00");
        assert_eq!(money(Money::from_fen(-5_005)), "−¥50.05");
        assert_eq!(money(Money::from_fen(123_456_789)), "¥1,234,567.89");
        assert_eq!(count(Points(-3_860)), "−3,860");
        assert_eq!(change(Points(188)), "+188");
        assert_eq!(change(Points::ZERO), "0");
    }
}
