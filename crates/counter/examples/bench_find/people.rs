//! Made-up members with names and numbers distributed as real ones are; the same for the same place.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use protocol::entity::Member;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// Surnames by how common they are: the first is the most frequent.
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔赖文施洪葛单仇解查区朴盖翟乐牟缪";
/// Compound surnames.
const COMPOUND: [&str; 6] = ["欧阳", "上官", "诸葛", "司马", "尉迟", "皇甫"];
/// Characters of given names, common ones first.
const GIVEN: &str = "丽敏静芳秀燕红娟艳梅玲霞婷兰英雪颖洁琳倩慧萍莉佳欣怡悦文华玉晓小春琴凤云蓉媛瑶珊思雨晨梦诗涵嘉梓萱若曦佩宁妍可心语彤依萌蕾薇菲露青青乐行单伟强磊军洋勇杰涛明超平刚辉鹏浩宇轩子博一然俊航安欢笑月星辰紫琪璐莹珍珠美爱荣翠银彩仪清素真贞巧妙淑惠";
/// The first three digits of mobile numbers.
const HEADS: [u64; 32] = [
    138, 139, 136, 137, 135, 134, 158, 159, 150, 151, 152, 157, 182, 183, 187, 188, 178, 147, 198,
    130, 131, 132, 155, 156, 186, 185, 176, 133, 153, 189, 180, 177,
];
const TIERS: [&str; 8] = [
    "silver", "silver", "silver", "silver", "silver", "gold", "gold", "black",
];
const ALLERGIES: [&str; 6] = ["酒精", "水杨酸", "香精", "烟酰胺", "视黄醇", "羊毛脂"];

/// One of several, the first ones more often (density falls with the square root).
fn skewed<T: Copy>(dice: &mut StdRng, from: &[T]) -> T {
    let share = dice.random::<f64>();
    let place = (share * share * from.len() as f64) as usize;
    from[place.min(from.len() - 1)]
}

/// All that members are made of.
pub struct People {
    surnames: Vec<char>,
    given: Vec<char>,
    now: DateTime<Utc>,
    blank: Member,
}

impl People {
    pub fn new() -> Self {
        let now = DateTime::from_timestamp(1_764_000_000, 0).unwrap_or_default();
        let blank = serde_json::from_value(serde_json::json!({
            "id": "", "no": "", "phone": "", "home_store": "S0001", "joined": "2024-03-08", "tier": "silver",
            "qualifying": "1280.50", "balance": 1280, "available": 900, "as_of": now, "birthday": "1991-06-02",
            "advisor": "C0012", "consent_skin": true, "consent_marketing": true, "receipts": 7,
            "concerns": ["抗衰", "保湿", "成分党"],
            "skin": {"moisture": "dry", "sensitivity": "sensitive", "pigmentation": "non_pigmented", "ageing": "tight"},
            "lots": [{"points": 600, "expires": "2026-03-31"}, {"points": 680, "expires": "2026-11-30"}],
        }));
        Self {
            surnames: SURNAMES.chars().collect(),
            given: GIVEN.chars().collect(),
            now,
            blank: blank.expect("a member without a name is a member"),
        }
    }

    /// The member of this place, always the same.
    pub fn member(&self, place: u64) -> Member {
        let mut dice = StdRng::seed_from_u64(place);
        let mut m = self.blank.clone();
        let joined_ms = 1_600_000_000_000 + place * 140_000;
        m.id = format!(
            "{:08x}-{:04x}-7{:03x}-a{:03x}-{:012x}",
            joined_ms >> 16,
            joined_ms & 0xFFFF,
            dice.random_range(0..0x1000),
            dice.random_range(0..0x1000),
            dice.random_range(0_u64..1 << 48)
        )
        .into();
        m.no = format!(
            "{:010}",
            8_000_000_000 + place * 7 + dice.random_range(0..7)
        );
        m.name = self.name(&mut dice);
        m.phone = phone(&mut dice);
        m.tier = skewed(&mut dice, &TIERS).into();
        m.joined = NaiveDate::from_ymd_opt(2023, 1, 1).unwrap_or_default()
            + Duration::days(dice.random_range(0..1000));
        if dice.random_range(0..5) == 0 {
            m.skin = None;
        }
        if dice.random_range(0..8) == 0 {
            m.allergies = vec![skewed(&mut dice, &ALLERGIES).into()];
        }
        m.last_purchase = (dice.random_range(0..8) != 0).then(|| {
            let share = dice.random::<f64>();
            self.now - Duration::seconds((share * share * share * 3.0 * 365.0 * 86_400.0) as i64)
        });
        m
    }

    fn name(&self, dice: &mut StdRng) -> String {
        let mut name = String::new();
        match dice.random_range(0..200) {
            0 => name.push_str(skewed(dice, &COMPOUND)),
            // sign-up asks for no name
            1..=6 => return name,
            7 => {
                return ["Mary Smith", "Anna Müller", "Emma Li", "Sofia Rossi"]
                    [dice.random_range(0..4)]
                .into();
            }
            _ => name.push(skewed(dice, &self.surnames)),
        }
        for _ in 0..1 + u64::from(dice.random_range(0..4) != 0) {
            name.push(skewed(dice, &self.given));
        }
        name
    }
}

/// Six of ten have a number of the region: few beginnings of seven digits are shared by many.
fn phone(dice: &mut StdRng) -> String {
    let region = dice.random_range(0..10) < 6;
    let head = skewed(dice, &HEADS);
    let middle = if region {
        (head * 37 + dice.random_range(0..12) * 91) % 10_000
    } else {
        dice.random_range(0..10_000)
    };
    format!("{head}{middle:04}{:04}", dice.random_range(0..10_000))
}
