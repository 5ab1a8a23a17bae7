//! `central sign-up`: how people join: what holds for sign-up codes, campaigns, posters.

mod poster;

use std::fmt::Write as _;

use clap::{Args, Subcommand};
use protocol::CampaignId;
use protocol::sign_up::SignUpTerms;

use crate::cli::{CommandError, DatabaseArgs, say};
use centre::Centre;
use centre::joining::{self, NewCampaign};
use centre_store::boxed;
use centre_store::column::Col;

/// What `central sign-up` is told.
#[derive(Debug, Clone, Args)]
pub struct SignUpArgs {
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// Print JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub what: What,
}

/// What to do.
#[derive(Debug, Clone, Subcommand)]
pub enum What {
    /// Show what holds for sign-up codes, or change it; counters are told at once
    Terms(TermsArgs),
    /// Campaigns by which people join
    Campaign {
        /// What to do.
        #[command(subcommand)]
        what: CampaignWhat,
    },
    /// Posters: a store's code that hangs until it is taken down
    Poster {
        /// What to do.
        #[command(subcommand)]
        what: poster::PosterWhat,
    },
}

/// What is to hold; what is not named stays.
#[derive(Debug, Clone, Args)]
pub struct TermsArgs {
    /// How long a code on a counter's screen holds, in minutes: 5 to 240
    #[arg(long, value_name = "MINUTES")]
    screen: Option<u16>,
    /// How long a printed code holds, in days: 1 to 45
    #[arg(long, value_name = "DAYS")]
    paper: Option<u16>,
    /// Sign-ups of one clerk on one day that count; those beyond wait for a manager
    #[arg(long, value_name = "N")]
    clerk_daily: Option<u32>,
    /// The campaign that counters' codes are for from now on
    #[arg(long, value_name = "ID", conflicts_with = "no_campaign")]
    campaign: Option<String>,
    /// Codes are for no campaign
    #[arg(long)]
    no_campaign: bool,
}

/// What to do about campaigns.
#[derive(Debug, Clone, Subcommand)]
pub enum CampaignWhat {
    /// List them
    List,
    /// Begin one
    Add {
        /// Its short name, which stands in its codes: 1 to 16 letters, digits, - or _
        id: String,
        /// What people call it
        name: String,
        /// What is given in the place of the brand's welcome gift
        #[arg(long, default_value = "")]
        gift: String,
        /// The same in English
        #[arg(long, default_value = "")]
        gift_en: String,
        /// A code gives it once, however many join by it
        #[arg(long)]
        once: bool,
    },
    /// End one: its codes invite as the brand does from then on
    End {
        /// Which
        id: String,
    },
}

/// Runs the command.
///
/// # Errors
/// Where what is named is not there, a figure is out of its range, or the database cannot be had.
#[boxed]
pub async fn run(args: &SignUpArgs) -> Result<(), CommandError> {
    args.database
        .with(async |centre| match &args.what {
            What::Terms(terms) => set(centre, args.json, terms).await,
            What::Campaign { what } => campaigns(centre, args.json, what).await,
            What::Poster { what } => poster::run(centre, args.json, what).await,
        })
        .await
}

impl TermsArgs {
    fn is_empty(&self) -> bool {
        self.screen.is_none()
            && self.paper.is_none()
            && self.clerk_daily.is_none()
            && self.campaign.is_none()
            && !self.no_campaign
    }

    fn over(&self, mut before: SignUpTerms) -> SignUpTerms {
        before.screen_minutes = self.screen.unwrap_or(before.screen_minutes);
        before.paper_days = self.paper.unwrap_or(before.paper_days);
        before.clerk_daily = self.clerk_daily.unwrap_or(before.clerk_daily);
        if let Some(id) = &self.campaign {
            before.campaign = Some(CampaignId::from(id.as_str()));
        } else if self.no_campaign {
            before.campaign = None;
        }
        before
    }
}

async fn set(centre: &Centre, json: bool, args: &TermsArgs) -> Result<(), CommandError> {
    let terms = if args.is_empty() {
        joining::terms(centre.db().read()).await?
    } else {
        joining::set_terms(centre, &|before| args.over(before)).await?
    };
    say(json, &terms, || {
        let campaign = terms.campaign.as_ref().map_or("none", CampaignId::as_str);
        format!(
            "a code on a screen holds {} minutes, a printed one {} days\n\
             {} sign-ups of a clerk on a day count by themselves\ncampaign: {campaign}\n",
            terms.screen_minutes, terms.paper_days, terms.clerk_daily
        )
    })
}

async fn campaigns(centre: &Centre, json: bool, what: &CampaignWhat) -> Result<(), CommandError> {
    match what {
        CampaignWhat::List => {}
        CampaignWhat::Add {
            id,
            name,
            gift,
            gift_en,
            once,
        } => {
            let new = NewCampaign {
                id: id.as_str().into(),
                name: name.clone(),
                gift: gift.clone(),
                gift_en: gift_en.clone(),
                single_use: *once,
            };
            joining::add_campaign(centre, new).await?;
        }
        CampaignWhat::End { id } => joining::end_campaign(centre, &id.as_str().into()).await?,
    }
    let all = joining::all_campaigns(centre).await?;
    let told: Vec<serde_json::Value> = all
        .iter()
        .map(|c| {
            serde_json::json!({
                "id": c.id.as_str(), "name": c.name, "gift": c.gift, "gift_en": c.gift_en,
                "once": c.single_use, "made_at": *c.made_at, "ended_at": c.ended_at.map(Col::into_inner),
            })
        })
        .collect();
    say(json, &told, || {
        let mut said = String::new();
        for c in &all {
            let state = if c.ended_at.is_some() {
                "ended"
            } else {
                "runs"
            };
            let gift = match (c.gift.as_str(), c.single_use) {
                ("", _) => "the brand's gift".to_owned(),
                (gift, true) => format!("{gift}, once by a code"),
                (gift, false) => gift.to_owned(),
            };
            let _ = writeln!(said, "{}\t{state}\t{}\t{gift}", c.id.as_str(), c.name);
        }
        if said.is_empty() {
            "no campaigns\n".clone_into(&mut said);
        }
        said
    })
}
