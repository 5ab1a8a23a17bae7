//! A name is found by every reading that it may have.

#![allow(clippy::unwrap_used)]

mod search_support;

use counter::search::{Kind, keys, mask};
use search_support::{cache, ids, member, put};

/// A made-up name and what it is found by.
#[rustfmt::skip]
const READ: &[(&str, &[&str])] = &[
    // surnames with a reading of their own, and the common misreading
    ("单小芳", &["shanxiaofang", "danxiaofang", "sxf", "dxf", "shanxf"]),
    ("單美玲", &["shanmeiling", "danmeiling"]),
    ("曾佳怡", &["zengjiayi", "cengjiayi", "zjy", "cjy"]),
    ("仇英", &["qiuying", "chouying", "qy", "cy"]),
    ("解晓东", &["xiexiaodong", "jiexiaodong", "xxd", "jxd"]),
    ("查良玉", &["zhaliangyu", "chaliangyu", "zly", "cly"]),
    ("区丽珍", &["oulizhen", "qulizhen", "olz", "qlz"]),
    ("區永權", &["ouyongquan"]),
    ("朴信惠", &["piaoxinhui", "puxinhui", "pxh"]),
    ("盖丽丽", &["gelili", "gaili", "gll"]),
    ("翟天天", &["zhaitiantian", "ditiantian", "ztt"]),
    ("乐嘉", &["yuejia", "lejia", "yj", "lj"]),
    ("覃海洋", &["qinhaiyang", "tanhaiyang"]),
    ("召敏", &["shaomin", "zhaomin"]),
    ("折可适", &["she", "zhe"]),
    ("员半千", &["yunbanqian", "yuanbanqian"]),
    ("缪斯雨", &["miaosiyu", "miusiyu", "mousiyu"]),
    ("繁星", &["poxing", "fanxing"]),
    ("任素汐", &["rensuxi", "rsx"]),
    ("华晨", &["huachen"]),
    ("燕小六", &["yanxiaoliu"]),
    ("应采儿", &["yingcaier", "yce"]),
    ("宁静", &["ningjing", "nj"]),
    ("葛优优", &["geyouyou"]),
    ("訾晓梅", &["zixiaomei"]),
    ("逄小威", &["pangxiaowei"]),
    ("郗美娟", &["ximeijuan", "chimeijuan"]),
    ("祭凤", &["zhaifeng", "jifeng"]),
    ("洗星海", &["xianxinghai", "xixinghai"]),
    ("冼玉清", &["xianyuqing"]),
    ("宓雪", &["mixue", "fuxue"]),
    ("种丹", &["chongdan", "zhongdan"]),
    ("秘春", &["bichun", "michun"]),
    ("能静", &["naijing", "nengjing"]),
    ("黑丽", &["heli", "heili"]),
    ("尹美", &["yinmei"]),
    ("盛一", &["shengyi", "chengyi"]),
    ("臧天", &["zangtian", "cangtian"]),
    ("谌龙", &["chenlong", "shenlong"]),
    ("阚清", &["kanqing", "hanqing"]),
    ("隗静", &["weijing", "kuijing"]),
    ("乜倩", &["nieqian", "mieqian"]),
    ("牟小雨", &["muxiaoyu", "mouxiaoyu"]),
    ("适敏", &["kuomin", "shimin"]),
    ("薄荷", &["bohe", "baohe"]),
    ("卜冰", &["bubing"]),
    ("贾玲玲", &["jialingling"]),
    ("沈冰", &["shenbing", "chenbing"]),
    ("那英英", &["naying"]),
    ("佴青", &["naiqing", "erqing"]),
    // compound surnames
    ("欧阳娜", &["ouyangna", "oyn", "ouyangn"]),
    ("歐陽靖", &["ouyangjing"]),
    ("司马相如", &["simaxiangru", "smxr", "simaxr"]),
    ("上官婉儿", &["shangguanwaner"]),
    ("诸葛小亮", &["zhugexiaoliang", "zgxl"]),
    ("尉迟恭", &["yuchigong", "weichigong", "ycg"]),
    ("万俟卨", &["moqi", "wanqi", "mq"]),
    ("长孙敏", &["zhangsunmin", "changsunmin"]),
    ("澹台静", &["tantaijing", "dantaijing", "ttj"]),
    ("令狐冲", &["linghuchong"]),
    ("皇甫嵩", &["huangfusong"]),
    ("单于美", &["chanyumei"]),
    ("乐正绫", &["yuezhengling", "lezhengling"]),
    ("鲜于丽", &["xianyuli"]),
    // several readings in the given name
    ("王乐", &["wangle", "wangyue", "wl", "wy"]),
    ("李单", &["lidan", "lishan"]),
    ("张行", &["zhangxing", "zhanghang", "zx", "zh"]),
    ("周长青", &["zhouzhangqing", "zhouchangqing"]),
    ("刘重阳", &["liuzhongyang", "liuchongyang"]),
    ("陈晟", &["chencheng", "chensheng"]),
    // ü as v and as u
    ("吕绿", &["lvlv", "lulu", "lvlu", "ll"]),
    ("女娲", &["nvwa", "nuwa"]),
    // traditional, minority, Latin, one character, four characters
    ("張麗華", &["zhanglihua", "zlh"]),
    ("阿依古丽·买买提", &["ayiguli", "aygl", "阿依古丽", "阿依古丽·买", "阿依古丽买买提"]),
    ("迪丽热巴", &["dilireba", "dlrb", "dilrb"]),
    ("Mary Smith", &["mary", "MARYSMITH", "mary s", "smith", "smithm", "ms", "Ｍａｒｙ"]),
    ("Anna Müller", &["annamuller", "annamvller", "Müller"]),
    ("José", &["jose", "JOSÉ"]),
    ("Anna王", &["annawang", "anna王", "Anna 王"]),
    ("静", &["jing", "j", "静"]),
    ("Әлия", &["әлия", "Әли"]),
    // unknown to the dictionary: found as it is written, and by what can be read of it
    ("王𰻝", &["王𰻝", "王", "wang"]),
    ("𠮷\u{3FFFF}小红", &["𠮷", "xiaohong"]),
];

#[test]
fn every_reading_finds_its_name() {
    for (name, typed) in READ {
        let mut conn = cache();
        put(&mut conn, &member("1", name, "13800138000"));
        for text in *typed {
            assert_eq!(ids(&conn, text), ["1"], "{name} by {text}");
        }
    }
}

#[test]
fn the_usual_reading_of_a_surname_comes_first() {
    for (name, typed) in READ
        .iter()
        .filter(|(name, _)| !name.starts_with(['M', 'J', 'A', 'Ә', '𠮷', '王']))
    {
        let keys = keys::of_parts(name, "", "");
        let first = &keys
            .iter()
            .find(|key| key.kind == Kind::Pinyin)
            .unwrap()
            .text[1..];
        let wanted = typed.first().unwrap();
        if wanted.is_ascii() && !wanted.contains("lv") && *name != "女娲" {
            assert!(first.starts_with(wanted), "{name}: {first} is not {wanted}");
        }
    }
}

#[test]
fn readings_are_bounded() {
    for name in [
        "行乐长重",
        "单和曾解行乐长重朝便",
        "哈那能咳行乐长重朝便和还大都".repeat(8).as_str(),
        "a b c d e f g h i j k l m n",
    ] {
        let keys = keys::of_parts(name, "", "");
        let pinyin = keys
            .iter()
            .filter(|key| key.text.starts_with('l') && key.text.ends_with('!'))
            .count();
        assert!(pinyin <= 25, "{name}: {pinyin}");
        assert!(keys.len() <= 80, "{name}: {}", keys.len());
        assert!(
            keys.iter().all(|key| key.text.chars().count() <= 42),
            "{name}"
        );
    }
    assert!(keys::of_parts("", "", "").is_empty());
    assert!(keys::of_parts("😀 ··", "", "").is_empty());
}

#[test]
fn masks_show_the_surname_and_the_last_character() {
    for (name, masked) in [
        ("张小美", "张*美"),
        ("张美", "张*"),
        ("张", "*"),
        ("", ""),
        ("欧阳娜", "欧阳*"),
        ("欧阳小娜", "欧阳*娜"),
        ("尉迟恭", "尉迟*"),
        ("迪丽热巴", "迪**巴"),
        ("张美美", "张**"),
        ("张张", "**"),
        ("欧阳欧", "*阳*"),
        ("阿依古丽·买买提", "阿***"),
        ("Mary", "M***"),
        ("Mary Smith", "M***"),
        ("Jo", "J***"),
        ("Anna王", "A***"),
        ("😀", "***"),
        ("138", "***"),
        (" 李雷 ", "李*"),
    ] {
        assert_eq!(mask::name(name), masked, "{name}");
    }
    for (phone, masked) in [
        ("13812345678", "138****5678"),
        ("+86 138 1234 5678", "138****5678"),
        ("", ""),
        ("12345", "****"),
        ("85212345678901", "****01"),
        ("2345678", "****78"),
    ] {
        assert_eq!(mask::phone(phone), masked, "{phone}");
    }
}
