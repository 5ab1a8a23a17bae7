//! The system's Chinese fonts, found when the first picture is made and kept.

use crate::error::SlipError;
use resvg::usvg::Options;
use resvg::usvg::fontdb::{self, Database, Family, Query};
use std::sync::{Arc, OnceLock};

/// Faces in the order of the look: what phones and PCs of China have, then what Linux has.
const SANS: [&str; 8] = [
    "PingFang SC",
    "HarmonyOS Sans SC",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "SimHei",
];
const SONG: [&str; 5] = [
    "Songti SC",
    "Source Han Serif SC",
    "Noto Serif CJK SC",
    "Noto Serif SC",
    "SimSun",
];
/// Simplified characters of every receipt: a font without them would print boxes.
const NEEDED: &str = "销售退货积分兑换会员实付￥";

/// What a picture is set in.
pub(super) struct Fonts {
    pub(super) options: Options<'static>,
    pub(super) sans: String,
    /// For the brand's name; the sans where the system has no Song.
    pub(super) song: String,
    face: fontdb::ID,
}

impl Fonts {
    /// How wide a text is at a size, as far as the sans has its characters.
    pub(super) fn width(&self, text: &str, size: f32) -> f32 {
        let units = |data: &[u8], index| {
            let face = ttf_parser::Face::parse(data, index).ok()?;
            let advances = text.chars().filter_map(|c| {
                let glyph = face.glyph_index(c)?;
                face.glyph_hor_advance(glyph).map(f32::from)
            });
            Some(advances.sum::<f32>() / f32::from(face.units_per_em()))
        };
        let ems = self.options.fontdb.with_face_data(self.face, units);
        ems.flatten().unwrap_or_default() * size
    }
}

static SYSTEM: OnceLock<Fonts> = OnceLock::new();

/// The system's fonts.
///
/// # Errors
/// [`SlipError::NoFont`] where none of them has Chinese; looked for anew the next time.
pub(super) fn system() -> Result<&'static Fonts, SlipError> {
    if let Some(found) = SYSTEM.get() {
        return Ok(found);
    }
    let mut database = Database::new();
    database.load_system_fonts();
    let found = among(database)?;
    Ok(SYSTEM.get_or_init(|| found))
}

/// The fonts to be used among those of a database.
pub(super) fn among(database: Database) -> Result<Fonts, SlipError> {
    let named = |names: &[&str]| {
        names.iter().find_map(|name| {
            let query = Query {
                families: &[Family::Name(name)],
                ..Query::default()
            };
            let id = database.query(&query)?;
            is_chinese(&database, id).then(|| ((*name).to_owned(), id))
        })
    };
    let any = || {
        let face = database.faces().find(|f| is_chinese(&database, f.id))?;
        let (name, _) = face.families.first()?;
        Some((name.clone(), face.id))
    };
    let (sans, face) = named(&SANS).or_else(any).ok_or(SlipError::NoFont)?;
    let song = named(&SONG).map_or_else(|| sans.clone(), |(name, _)| name);
    let options = Options {
        font_family: sans.clone(),
        fontdb: Arc::new(database),
        ..Options::default()
    };
    Ok(Fonts {
        options,
        sans,
        song,
        face,
    })
}

fn is_chinese(database: &Database, id: fontdb::ID) -> bool {
    let has_all = |data: &[u8], index| {
        ttf_parser::Face::parse(data, index)
            .is_ok_and(|face| NEEDED.chars().all(|c| face.glyph_index(c).is_some()))
    };
    database.with_face_data(id, has_all).unwrap_or(false)
}
