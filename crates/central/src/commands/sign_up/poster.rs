//! Posters: made, listed, taken down, and the page that is printed and hung.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use centre_store::tables::{brand, poster, store};
use clap::Subcommand;
use protocol::CampaignId;
use protocol::code::PosterCode;
use sea_orm::EntityTrait;

use crate::cli::{CommandError, say};
use crate::commands::markup::{code_picture, escape};
use centre::Centre;
use centre::error::ServiceError;
use centre::joining::{self, JOINS_A_DAY, NewPoster};
use centre_store::column::Col;

/// What to do about posters.
#[derive(Debug, Clone, Subcommand)]
pub enum PosterWhat {
    /// List them
    List,
    /// Make one, as a page to print
    Add {
        /// Whose
        #[arg(long)]
        store: String,
        /// Where it hangs
        name: String,
        /// For this campaign
        #[arg(long, value_name = "ID")]
        campaign: Option<String>,
        /// How many may join by it on a day
        #[arg(long, value_name = "N", default_value_t = JOINS_A_DAY)]
        joins_a_day: u32,
        /// The page to print
        #[arg(long, value_name = "FILE")]
        page: Option<PathBuf>,
    },
    /// Write the page of one again
    Page {
        /// Which
        id: String,
        /// The page to print
        file: PathBuf,
    },
    /// Take one down: its code leads nowhere from then on
    Revoke {
        /// Which
        id: String,
    },
}

pub(super) async fn run(
    centre: &Centre,
    json: bool,
    what: &PosterWhat,
) -> Result<(), CommandError> {
    match what {
        PosterWhat::List => {}
        PosterWhat::Add {
            store,
            name,
            campaign,
            joins_a_day,
            page,
        } => {
            let new = NewPoster {
                store: store.as_str().into(),
                name: name.clone(),
                campaign: campaign.as_deref().map(CampaignId::from),
                joins_a_day: *joins_a_day,
            };
            if page.is_some() && base(centre).await?.is_empty() {
                return Err(unreached());
            }
            let code = joining::add_poster(centre, new).await?;
            if let Some(file) = page {
                write(centre, &hex::encode(code.0), file).await?;
            }
        }
        PosterWhat::Page { id, file } => write(centre, id, file).await?,
        PosterWhat::Revoke { id } => joining::revoke_poster(centre, id).await?,
    }
    let all = joining::all_posters(centre).await?;
    let base = base(centre).await?;
    let address = |p: &poster::Model| code_of(&p.id).map(|c| format!("{base}/j/{}", c.text()));
    let told: Vec<serde_json::Value> = all
        .iter()
        .map(|p| {
            serde_json::json!({
                "id": p.id, "store": p.store_id.as_str(), "name": p.name,
                "campaign": p.campaign.as_ref().map(|c| c.as_str()), "joins_a_day": p.joins_a_day,
                "address": address(p), "made_at": *p.made_at, "revoked_at": p.revoked_at.map(Col::into_inner),
            })
        })
        .collect();
    say(json, &told, || {
        let mut said = String::new();
        for p in &all {
            let state = if p.revoked_at.is_some() {
                "taken down"
            } else {
                "hangs"
            };
            let _ = writeln!(
                said,
                "{}\t{}\t{state}\t{}\t{} a day",
                p.id,
                p.store_id.as_str(),
                p.name,
                p.joins_a_day
            );
        }
        if said.is_empty() {
            "no posters\n".clone_into(&mut said);
        }
        said
    })
}

async fn base(centre: &Centre) -> Result<String, ServiceError> {
    let brand = brand::Entity::find().one(centre.db().read()).await?;
    Ok(brand.map(|b| b.phone_base).unwrap_or_default())
}

/// No page without an address for its code.
fn unreached() -> CommandError {
    CommandError::Usage(
        "where phones reach the centre is not known yet: serve it once, with --phone-base".into(),
    )
}

fn code_of(id: &str) -> Option<PosterCode> {
    let bytes = hex::decode(id).ok()?;
    Some(PosterCode(bytes.try_into().ok()?))
}

async fn write(centre: &Centre, id: &str, file: &Path) -> Result<(), CommandError> {
    let db = centre.db().read();
    let all = joining::all_posters(centre).await?;
    let hangs = all
        .into_iter()
        .find(|p| p.id == id && p.revoked_at.is_none());
    let found = hangs.ok_or_else(|| CommandError::Failed(format!("no poster {id} hangs")))?;
    let brand = brand::Entity::find()
        .one(db)
        .await
        .map_err(ServiceError::from)?;
    let (name, gift, base, demo) = brand.map_or_else(Default::default, |b| {
        (b.name, b.welcome_gift, b.phone_base, b.demo)
    });
    if base.is_empty() {
        return Err(unreached());
    }
    let campaign = joining::all_campaigns(centre)
        .await?
        .into_iter()
        .find(|c| found.campaign.as_ref().is_some_and(|id| *id == c.id));
    let gift = campaign
        .map(|c| c.gift)
        .filter(|g| !g.is_empty())
        .unwrap_or(gift);
    let store = store::Entity::find_by_id(found.store_id.clone())
        .one(db)
        .await
        .map_err(ServiceError::from)?;
    let code = code_of(&found.id).ok_or_else(|| CommandError::Failed("no code".to_owned()))?;
    let page = page(&Poster {
        brand: &name,
        demo,
        gift: &gift,
        store: store.as_ref().map_or("", |s| s.name.as_str()),
        address: &format!("{}/j/{}", base.trim_end_matches('/'), code.text()),
    })?;
    platform::files::write_whole(file, page.as_bytes())?;
    Ok(())
}

/// What stands on a poster.
struct Poster<'a> {
    brand: &'a str,
    demo: bool,
    gift: &'a str,
    store: &'a str,
    address: &'a str,
}

const HEAD: &str = "<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>入会海报</title><style>\
@page{size:A4;margin:0}\
*{box-sizing:border-box;margin:0}\
body{font:400 16pt/26pt 'PingFang SC','HarmonyOS Sans SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif;color:#17232a;background:#fff}\
main{display:flex;flex-direction:column;width:210mm;height:297mm;padding:24mm 22mm 20mm}\
.brand{font:400 30pt/40pt 'Songti SC','Source Han Serif SC','Noto Serif CJK SC',SimSun,serif}\
h1{margin-top:20mm;font:400 44pt/60pt 'Songti SC','Source Han Serif SC','Noto Serif CJK SC',SimSun,serif}\
.lead{margin-top:6mm;color:#4b575d}\
.code{display:grid;grid-template-columns:96mm 1fr;align-items:end;gap:12mm;margin-top:auto}\
.code svg{display:block;width:96mm;height:96mm}\
ol{padding:0;list-style:none}\
li{padding:3mm 0;border-top:.3mm solid #d9d5d0}\
.foot{margin-top:12mm;color:#5a6469;font-size:11pt;line-height:18pt}\
@media screen{body{background:#f4f3f1}main{margin:12mm auto;background:#fff}}\
</style></head><body><main>\n";

fn page(poster: &Poster<'_>) -> Result<String, CommandError> {
    let picture = code_picture(poster.address, "#000000")?;
    let title = match poster.gift {
        "" => "扫一扫，加入会员".to_owned(),
        gift => format!("入会，先送您<br>{}", escape(gift)),
    };
    let demo = if poster.demo { "（演示）" } else { "" };
    let mut page = String::from(HEAD);
    let _ = writeln!(
        page,
        "<p class=\"brand\">{}{demo}</p><h1>{title}</h1>\
         <p class=\"lead\">用微信或相机扫一扫，不到一分钟。<br>Scan with your camera; it takes less than a minute.</p>\
         <div class=\"code\">{picture}<ol><li>手机号</li><li>肤质，说不准也行</li><li>同意哪些，由您来定</li></ol></div>\
         <p class=\"foot\">{}。没勾的，我们就不做。</p></main></body></html>",
        escape(poster.brand),
        escape(poster.store),
    );
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_poster_carries_its_code_and_nothing_of_it_is_markup() {
        let page = page(&Poster {
            brand: "花间<script>",
            demo: true,
            gift: "旅行装 & 小样",
            store: "徐汇店",
            address: "https://c.example/j/AwABAgMEBQYHCAkKCwwNDg8",
        })
        .unwrap();
        assert_eq!(page.matches("<svg").count(), 1);
        assert!(page.contains("旅行装 &amp; 小样") && !page.contains("<script>"));
    }

    #[test]
    fn an_id_is_the_code_in_hex() {
        let code = PosterCode::fresh().unwrap();
        assert_eq!(code_of(&hex::encode(code.0)), Some(code));
        assert_eq!(code_of("abc"), None);
    }
}
