//! Surnames and how they are read where the usual dictionary order would put another reading first.
//!
//! Only the order is said here: the other readings of a character follow, so that a clerk who misreads
//! a surname finds the member too.

/// Surnames of two to four characters, with the reading of each character, most usual first.
#[rustfmt::skip]
const DOUBLE: &[(&str, &str)] = &[
    ("欧阳", "ou yang"), ("歐陽", "ou yang"), ("司马", "si ma"), ("司馬", "si ma"),
    ("上官", "shang guan"), ("诸葛", "zhu ge"), ("諸葛", "zhu ge"), ("尉迟", "yu chi"),
    ("尉遲", "yu chi"), ("万俟", "mo qi"), ("萬俟", "mo qi"), ("长孙", "zhang sun"),
    ("長孫", "zhang sun"), ("澹台", "tan tai"), ("澹臺", "tan tai"), ("令狐", "ling hu"),
    ("皇甫", "huang fu"), ("宇文", "yu wen"), ("慕容", "mu rong"), ("司徒", "si tu"),
    ("司空", "si kong"), ("司寇", "si kou"), ("夏侯", "xia hou"), ("公孙", "gong sun"),
    ("公孫", "gong sun"), ("东方", "dong fang"), ("東方", "dong fang"), ("独孤", "du gu"),
    ("獨孤", "du gu"), ("南宫", "nan gong"), ("南宮", "nan gong"), ("呼延", "hu yan"),
    ("闻人", "wen ren"), ("聞人", "wen ren"), ("赫连", "he lian"), ("赫連", "he lian"),
    ("钟离", "zhong li"), ("鍾離", "zhong li"), ("端木", "duan mu"), ("申屠", "shen tu"),
    ("太叔", "tai shu"), ("仲孙", "zhong sun"), ("仲孫", "zhong sun"), ("叔孙", "shu sun"),
    ("轩辕", "xuan yuan"), ("軒轅", "xuan yuan"), ("单于", "chan yu"), ("單于", "chan yu"),
    ("鲜于", "xian yu"), ("鮮于", "xian yu"), ("鲜虞", "xian yu"), ("濮阳", "pu yang"),
    ("濮陽", "pu yang"), ("淳于", "chun yu"), ("宗政", "zong zheng"), ("公冶", "gong ye"),
    ("公羊", "gong yang"), ("公良", "gong liang"), ("公西", "gong xi"), ("拓跋", "tuo ba"),
    ("亓官", "qi guan"), ("颛孙", "zhuan sun"), ("乐正", "yue zheng"), ("樂正", "yue zheng"),
    ("漆雕", "qi diao"), ("巫马", "wu ma"), ("壤驷", "rang si"), ("夹谷", "jia gu"),
    ("宰父", "zai fu"), ("谷梁", "gu liang"), ("穀梁", "gu liang"), ("段干", "duan gan"),
    ("百里", "bai li"), ("东郭", "dong guo"), ("東郭", "dong guo"), ("东门", "dong men"),
    ("南门", "nan men"), ("西门", "xi men"), ("西門", "xi men"), ("羊舌", "yang she"),
    ("微生", "wei sheng"), ("梁丘", "liang qiu"), ("左丘", "zuo qiu"), ("第五", "di wu"),
    ("完颜", "wan yan"), ("耶律", "ye lü"), ("纳兰", "na lan"), ("納蘭", "na lan"),
    ("叶赫", "ye he"), ("富察", "fu cha"), ("子车", "zi ju"), ("归海", "gui hai"),
    ("钮祜禄", "niu hu lu"), ("爱新觉罗", "ai xin jue luo"), ("愛新覺羅", "ai xin jue luo"),
];

/// Surnames of one character, with their readings as surnames, most usual first.
#[rustfmt::skip]
const SINGLE: &[(char, &str)] = &[
    ('单', "shan"), ('單', "shan"), ('曾', "zeng"), ('仇', "qiu"), ('解', "xie"), ('查', "zha"),
    ('区', "ou"), ('區', "ou"), ('朴', "piao pu"), ('盖', "ge gai"), ('蓋', "ge gai"),
    ('翟', "zhai di"), ('乐', "yue le"), ('樂', "yue le"), ('覃', "qin tan"), ('召', "shao zhao"),
    ('折', "she"), ('员', "yun yuan"), ('員', "yun yuan"), ('贠', "yun"), ('缪', "miao miu mou"),
    ('繆', "miao miu mou"), ('繁', "po fan"), ('任', "ren"), ('华', "hua"), ('華', "hua"),
    ('燕', "yan"), ('应', "ying"), ('應', "ying"), ('宁', "ning"), ('寧', "ning"), ('甯', "ning"),
    ('葛', "ge"), ('訾', "zi"), ('逄', "pang"), ('郗', "xi chi"), ('祭', "zhai ji"),
    ('洗', "xian xi"), ('冼', "xian"), ('宓', "mi fu"), ('种', "chong zhong"), ('種', "chong zhong"),
    ('秘', "bi mi"), ('能', "nai neng"), ('黑', "he hei"), ('尹', "yin"), ('尉', "wei yu"),
    ('万', "wan"), ('萬', "wan"), ('俟', "qi"), ('贾', "jia"), ('賈', "jia"), ('车', "che"),
    ('車', "che"), ('重', "chong zhong"), ('哈', "ha"), ('那', "na"), ('纪', "ji"), ('紀', "ji"),
    ('过', "guo"), ('過', "guo"), ('卜', "bu"), ('观', "guan"), ('冯', "feng"), ('馮', "feng"),
    ('沈', "shen"), ('瀋', "shen"), ('藏', "zang cang"), ('盛', "sheng"), ('隗', "wei kui"),
    ('郇', "xun huan"), ('郝', "hao"), ('殷', "yin"), ('於', "yu"), ('于', "yu"), ('晁', "chao"),
    ('乜', "nie mie"), ('句', "gou ju"), ('宿', "su"), ('叶', "ye"), ('葉', "ye"), ('余', "yu"),
    ('阚', "kan"), ('闞', "kan"), ('阙', "que"), ('闕', "que"), ('相', "xiang"), ('卞', "bian"),
    ('臧', "zang"), ('谷', "gu"), ('瞿', "qu"), ('蔚', "yu wei"), ('陆', "lu"), ('陸', "lu"),
    ('莫', "mo"), ('牟', "mu mou"), ('薄', "bo bao"), ('莘', "shen xin"), ('行', "xing hang"),
    ('干', "gan"), ('都', "du dou"), ('堵', "du"), ('贲', "ben"), ('賁', "ben"), ('炅', "gui jiong"),
    ('炔', "gui"), ('角', "jue jiao"), ('粘', "nian zhan"), ('撒', "sa"), ('适', "kuo shi"),
    ('褚', "chu"), ('卓', "zhuo"), ('俞', "yu"), ('咸', "xian"), ('佴', "nai er"), ('谌', "chen shen"),
    ('諶', "chen shen"), ('费', "fei bi"), ('費', "fei bi"), ('柏', "bai bo"), ('佘', "she"),
    ('令', "ling"), ('曲', "qu"), ('强', "qiang jiang"), ('強', "qiang jiang"), ('厍', "she"),
    ('庹', "tuo"), ('郄', "qie xi"), ('郤', "xi"), ('钭', "tou dou"), ('鈄', "tou dou"),
    ('雒', "luo"), ('镡', "xin tan chan"), ('鐔', "xin tan chan"), ('蕃', "bo fan"), ('眭', "sui"),
    ('睢', "sui"), ('笪', "da"), ('邰', "tai"), ('冒', "mao mo"), ('不', "fou bu"), ('食', "yi shi"),
    ('会', "gui kuai hui"), ('六', "lu liu"), ('难', "nan"), ('缴', "jiao"), ('长', "chang zhang"),
    ('石', "shi"), ('夏', "xia"), ('柴', "chai"), ('彭', "peng"), ('景', "jing"), ('呼', "hu"),
    ('方', "fang"), ('南', "nan"), ('戚', "qi"), ('邓', "deng"), ('涂', "tu"), ('司', "si"),
    ('佟', "tong"), ('仝', "tong"), ('洪', "hong"), ('祝', "zhu"), ('阿', "a"), ('颉', "xie jie"),
    ('晟', "cheng sheng"), ('将', "jiang"), ('少', "shao"), ('教', "jiao"),
    ('要', "yao"), ('载', "zai"), ('靓', "jing"), ('父', "fu"), ('炎', "yan"), ('谯', "qiao"),
    ('妫', "gui"), ('芈', "mi"), ('禚', "zhuo"), ('舍', "she"), ('尚', "shang"), ('郜', "gao"),
];

/// The compound surname that this name begins with: its length in characters and its readings.
/// Such a name has at least one character more, else it is taken as one surname and a given name.
pub(super) fn double(name: &[char]) -> Option<(usize, Vec<&'static str>)> {
    DOUBLE.iter().find_map(|(surname, readings)| {
        let length = surname.chars().count();
        let begins = name.len() > length && surname.chars().eq(name.iter().copied().take(length));
        begins.then(|| (length, readings.split(' ').collect()))
    })
}

/// The surname of a name written in Chinese; the whole of it where it is no more than one.
pub fn surname(name: &str) -> &str {
    let compound = DOUBLE.iter().map(|(surname, _)| *surname);
    let compound = compound.into_iter().find(|one| name.starts_with(one));
    let first = || name.chars().next().map_or(0, char::len_utf8);
    let length = compound.map_or_else(first, str::len);
    name.get(..length).unwrap_or(name)
}

/// How this character is read as a surname, where the dictionary says otherwise; else nothing.
pub(super) fn single(surname: char) -> impl Iterator<Item = &'static str> {
    let found = SINGLE
        .iter()
        .find(|(c, _)| *c == surname)
        .map(|(_, readings)| *readings);
    found.into_iter().flat_map(|readings| readings.split(' '))
}
