//! What people say, what labels print, and what must come of it.

use ingredients::{Allergies, List};

/// What a list warns of somebody who said this: what she is allergic to, and what was found of it.
fn warns(said: &str, list: &str) -> Vec<(String, Vec<String>, bool)> {
    Allergies::of(&[said])
        .check(&List::of(&[list]))
        .into_iter()
        .map(|a| {
            let found = a.found.into_iter().map(|f| f.zh).collect();
            (a.allergy.zh, found, a.certain)
        })
        .collect()
}

fn assert_warns(said: &str, list: &str) {
    assert!(
        !warns(said, list).is_empty(),
        "{said:?} and {list:?}: no warning"
    );
}

fn assert_silent(said: &str, list: &str) {
    let found = warns(said, list);
    assert!(found.is_empty(), "{said:?} and {list:?}: {found:?}");
}

#[test]
fn what_people_say_meets_what_labels_print() {
    for (said, list) in [
        ("对香精过敏", "香精"),
        ("香精", "水、甘油、（日用）香精"),
        ("allergic to fragrance", "Aqua, Glycerin, Parfum"),
        ("Allergic to perfume!", "水、甘油、香精"),
        ("香料", "Parfum (Fragrance)"),
        ("香精", "Aqua/Water/Eau, Linalool, Limonene"),
        ("香精", "薰衣草（LAVANDULA ANGUSTIFOLIA）油"),
        ("酒精、香精", "变性乙醇"),
        ("酒精、香精", "芳樟醇"),
        ("不能用水杨酸（BHA）", "水杨酸"),
        ("不能用水杨酸(BHA)", "Salicylic Acid"),
        ("BHA", "水杨酸"),
        ("BHA", "丁羟茴醚"),
        ("水扬酸", "SALICYLIC ACID"),
        ("水楊酸過敏", "水杨酸"),
        ("69-72-7", "水杨酸"),
        ("CAS 69727", "水杨酸"),
        ("CAS号：６９－７２－７", "Salicylic acid"),
        ("６９７２７", "Salicylic acid"),
        ("水杨酸", "辛酰水杨酸"),
        ("水杨酸", "水杨酸钠"),
        ("阿司匹林过敏", "水杨酸"),
        ("卡松", "甲基异噻唑啉酮"),
        (
            "卡松",
            "Methylchloroisothiazolinone (and) Methylisothiazolinone",
        ),
        ("CMIT", "甲基氯异噻唑啉酮"),
        ("MIT过敏", "METHYLISOTHIAZOLINONE"),
        ("MI", "甲基异噻唑啉酮"),
        ("methyl-isothiazolinone", "Methylisothiazolinone"),
        ("methylchloro isothiazolinone", "卡松"),
        ("防腐剂", "苯氧乙醇"),
        ("防腐剂", "羟苯甲酯"),
        ("尼泊金", "Methylparaben"),
        ("paraben", "羟苯丙酯"),
        ("parabens", "4-羟基苯甲酸"),
        ("甲醛", "DMDM乙内酰脲"),
        ("甲醛释放体", "Quaternium-15"),
        ("formaldehyde releasers", "双（羟甲基）咪唑烷基脲"),
        ("硫酸盐", "月桂醇聚醚硫酸酯钠"),
        ("SLS", "Sodium lauryl sulphate"),
        ("sulphates", "Sodium Laureth Sulfate"),
        ("酒精", "Alcohol Denat."),
        ("酒精", "乙醇"),
        ("alcohol", "变性乙醇"),
        ("alcohol", "Aqua, Alcohol 95%"),
        ("酒精", "Aqua; SD ALCOHOL 40-B"),
        ("乙醇过敏", "酒精"),
        ("无水乙醇", "酒精"),
        ("坚果", "甜扁桃（PRUNUS AMYGDALUS DULCIS）油"),
        ("坚果油", "澳洲坚果籽油"),
        ("nuts", "Prunus Amygdalus Dulcis (Sweet Almond) Oil"),
        ("花生", "Arachis Hypogaea (Peanut) Oil"),
        ("羊毛脂", "Lanolin Alcohol"),
        ("羊毛脂", "PEG-75 LANOLIN"),
        ("无水羊毛脂", "羊毛脂"),
        ("羊毛酯", "羊毛脂"),
        ("wool alcohols", "羊毛脂"),
        ("防晒剂", "二苯酮-3"),
        ("化学防晒", "Ethylhexyl Methoxycinnamate"),
        ("物理防晒", "CI 77891"),
        ("二氧化钛", "CI77891"),
        ("维A酸", "羟基频哪酮视黄酸酯"),
        ("A醇", "视黄醇棕榈酸酯"),
        ("维生素A", "Retinol"),
        ("果酸", "乙醇酸"),
        ("AHA", "Lactic Acid"),
        ("果酸", "GLYCOLIC ACID"),
        ("蜂胶", "Propolis Extract"),
        ("蜂产品", "蜂蜡"),
        ("蜂蜜", "Mel"),
        ("烟酰胺", "Niacinamide"),
        ("VB3", "烟酰胺"),
        ("玫瑰", "Rosa Centifolia Flower Extract"),
        ("茶树", "互生叶白千层叶油"),
        ("洋甘菊", "母菊（CHAMOMILLA RECUTITA）花提取物"),
        ("菊科", "金盏花提取物"),
        ("牛奶", "Lac"),
        ("大豆", "Glycine Soja (Soybean) Oil"),
        ("小麦", "水解小麦蛋白"),
        ("胭脂虫", "CI 75470"),
        ("染发剂", "p-Phenylenediamine"),
        ("对苯二胺", "PPD"),
        ("松香", "Colophonium"),
        ("椰油酰胺丙基甜菜碱", "Cocamidopropyl Betaine"),
        ("colour", "CI 19140"),
        ("aluminium salts", "Aluminum Chlorohydrate"),
        ("fragrance free please", "Parfum"),
        ("不含酒精的", "酒精"),
        ("只能用无香精的", "香精"),
        ("no alcohol", "Alcohol"),
        ("香精过敏，酒精不过敏", "香精"),
        ("没有酒精过敏，但对香精过敏", "香精"),
        ("not allergic to alcohol but allergic to perfume", "香精"),
        ("桃胶", "桃胶"),
        ("对龙血树脂过敏", "龙血树脂"),
        ("龙血树脂", "龙血树脂提取物"),
    ] {
        assert_warns(said, list);
    }
}

#[test]
fn a_group_or_a_mixture_on_a_label_may_hold_it() {
    for (said, list) in [
        ("芳樟醇", "香精"),
        ("linalool", "Parfum"),
        ("芳樟醇", "薰衣草油"),
        ("苯氧乙醇", "防腐剂"),
        ("花生", "坚果油"),
        ("羟苯甲酯", "尼泊金酯类"),
        ("二苯酮-3", "化学防晒剂"),
        ("胭脂虫红", "色素"),
        ("苯甲酸钠", "苯甲酸"),
        ("柠檬醛", "精油"),
    ] {
        let found = warns(said, list);
        assert!(
            matches!(found.as_slice(), [(_, _, false)]),
            "{said} and {list}: {found:?}"
        );
    }
    assert_eq!(
        warns("香精", "芳樟醇"),
        [("香精".into(), vec!["芳樟醇".into()], true)]
    );
    assert_eq!(warns("香精", "Parfum"), [("香精".into(), vec![], true)]);
}

#[test]
fn false_friends_are_left_alone() {
    for (said, list) in [
        ("酒精", "鲸蜡醇"),
        ("酒精", "Cetyl Alcohol, Cetearyl Alcohol, Stearyl Alcohol"),
        ("alcohol", "Behenyl Alcohol"),
        ("alcohol", "Zebrafish Alcohol"),
        ("酒精", "苯氧乙醇"),
        ("酒精", "苯甲醇"),
        ("酒精", "三乙醇胺"),
        ("乙醇", "乙醇酸"),
        ("酒精", "鲸蜡硬脂醇、山嵛醇"),
        ("椰油", "椰油酰甘氨酸钠"),
        ("椰油", "椰油酰谷氨酸二钠"),
        ("杏仁", "杏仁酸"),
        ("苹果", "苹果酸"),
        ("柠檬", "柠檬酸"),
        ("肉桂", "甲氧基肉桂酸乙基己酯"),
        ("甘油", "聚甘油-3二异硬脂酸酯"),
        ("苯甲酸", "C12-15醇苯甲酸酯"),
        ("牛奶", "水飞蓟（Milk Thistle）"),
        ("硫酸盐", "山嵛基三甲基铵甲基硫酸盐"),
        ("茶", "TEA-硬脂酸盐"),
        ("花生", "花生醇"),
        ("乳酸", "乳酸杆菌发酵产物"),
        ("芝麻", "亚麻油"),
        ("香精", "水、甘油、丁二醇、透明质酸钠"),
        ("香精", "不含香精"),
        ("酒精", "无酒精"),
        ("酒精", "Alcohol-free"),
        ("防腐剂", "0添加防腐剂"),
        ("无", "香精"),
        ("没有", "香精"),
        ("没有过敏", "香精"),
        ("无过敏史", "香精、酒精"),
        ("不过敏", "香精"),
        ("对香精不过敏", "香精"),
        ("不对酒精过敏", "酒精"),
        ("没有酒精过敏", "酒精"),
        ("none", "Parfum"),
        ("no known allergies", "Parfum"),
        ("not allergic to fragrance", "Parfum"),
        ("N/A", "Parfum"),
        ("酒精不过敏，香精过敏", "酒精"),
        ("", "香精"),
        ("、，", "香精"),
        ("香精", ""),
    ] {
        assert_silent(said, list);
    }
}

#[test]
fn two_spellings_are_one_allergy_and_a_free_word_stays_as_written() {
    let all = Allergies::of(&[
        "对香精过敏",
        "香料",
        "Parfum",
        "龙血树脂",
        "不能用龙血树脂",
        "无",
    ]);
    let shown: Vec<_> = all
        .all()
        .iter()
        .map(|a| {
            (
                a.named.zh.as_str(),
                a.named.en.as_str(),
                a.said.len(),
                a.is_known(),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("香精", "Fragrance", 3, true),
            ("龙血树脂", "龙血树脂", 2, false)
        ]
    );
    let several = Allergies::of(&["酒精、香精和龙血树脂"]);
    let names: Vec<_> = several.all().iter().map(|a| a.named.zh.as_str()).collect();
    assert_eq!(names, ["酒精", "香精", "龙血树脂"]);
}

#[test]
fn a_list_that_is_not_there_is_not_an_empty_one() {
    for blank in [
        &[][..],
        &[""],
        &["  "],
        &["未登记"],
        &["暂无"],
        &["N/A", "-"],
        &["、"],
    ] {
        assert!(List::of(blank).is_missing(), "{blank:?}");
    }
    for there in [&["无"][..], &["none"], &["水"], &["Aqua"], &["不含香精"]] {
        assert!(!List::of(there).is_missing(), "{there:?}");
    }
}

#[test]
fn names_are_found_by_any_of_theirs() {
    let first = |typed: &str| ingredients::search(typed, 5).first().map(|f| f.of.zh());
    for (typed, zh) in [
        ("酒精", "酒精"),
        ("parf", "香精"),
        ("沉香醇", "芳樟醇"),
        ("69-72-7", "水杨酸"),
        ("凡士林", "矿脂"),
        ("ｐａｒａｂｅｎ", "尼泊金酯类"),
    ] {
        assert_eq!(first(typed), Some(zh), "{typed}");
    }
    assert!(ingredients::search("  ", 5).is_empty());
}
