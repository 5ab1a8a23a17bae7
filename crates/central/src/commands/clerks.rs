//! `central clerks`: who works in which store, taking clerks on, changing them, letting them go.

use std::io::{BufRead, Write};
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use protocol::entity::Role;
use protocol::manage::{ClerkChange, ManagedClerk, NewClerk};
use protocol::{ClerkId, StoreId};
use serde::Serialize;

use crate::cli::{CommandError, DatabaseArgs, say};
use centre::Centre;
use centre::clerks::{self, By};
use centre_store::boxed;

/// What `central clerks` is told.
#[derive(Debug, Clone, Args)]
pub struct ClerksArgs {
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
    /// List clerks, those who have left too, and on how many devices each has a key
    List {
        /// Only of this store
        #[arg(long)]
        store: Option<String>,
    },
    /// Take a clerk on; the first PIN is read from --pin-file, or from standard input
    Add {
        /// The clerk's id
        id: String,
        /// The name
        #[arg(long)]
        name: String,
        /// What the clerk may do
        #[arg(long, value_enum)]
        role: RoleWord,
        /// The store
        #[arg(long)]
        store: String,
        /// A file with the PIN: six digits
        #[arg(long)]
        pin_file: Option<PathBuf>,
    },
    /// Change a clerk: what is not said stays
    Change {
        /// The clerk's id
        id: String,
        /// The name
        #[arg(long)]
        name: Option<String>,
        /// What the clerk may do
        #[arg(long, value_enum)]
        role: Option<RoleWord>,
        /// The store; keys on devices of the one before end
        #[arg(long)]
        store: Option<String>,
        /// Give a new PIN, read from standard input; keys under the old one end
        #[arg(long)]
        pin: bool,
        /// Give a new PIN, read from this file
        #[arg(long, conflicts_with = "pin")]
        pin_file: Option<PathBuf>,
    },
    /// Let a clerk go: every device stops the clerk at its next contact
    Disable {
        /// The clerk's id
        id: String,
    },
    /// Let a clerk who was let go work again; every device asks for the PIN anew
    Enable {
        /// The clerk's id
        id: String,
    },
    /// Tell hashes of PINs to no counter any more, of whichever build: for when all are of builds that sign what clerks do
    StopHashes {
        /// Say it all the same where counters of older builds were heard of in the last 30 days
        #[arg(long)]
        even_so: bool,
    },
}

/// What a clerk may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoleWord {
    /// Beauty advisor
    Advisor,
    /// Cashier
    Cashier,
    /// Store manager
    Manager,
}

impl From<RoleWord> for Role {
    fn from(word: RoleWord) -> Self {
        match word {
            RoleWord::Advisor => Self::Advisor,
            RoleWord::Cashier => Self::Cashier,
            RoleWord::Manager => Self::Manager,
        }
    }
}

#[derive(Serialize)]
struct Listed {
    store: StoreId,
    #[serde(flatten)]
    clerk: ManagedClerk,
}

/// Runs the command.
///
/// # Errors
/// Where it was asked wrongly, is refused, or the database cannot be had.
#[boxed]
pub async fn run(args: &ClerksArgs) -> Result<(), CommandError> {
    args.database
        .with(async |centre| act(centre, args).await)
        .await
}

async fn act(centre: &Centre, args: &ClerksArgs) -> Result<(), CommandError> {
    match &args.what {
        What::List { store } => {
            let store = store.as_deref().map(StoreId::from);
            let all = clerks::managed(centre.db().read(), store.as_ref()).await?;
            let all: Vec<Listed> = all
                .into_iter()
                .map(|(store, clerk)| Listed { store, clerk })
                .collect();
            say(args.json, &all, || all.iter().map(line).collect())
        }
        What::Add {
            id,
            name,
            role,
            store,
            pin_file,
        } => {
            let new = NewClerk {
                id: id.as_str().into(),
                name: name.clone(),
                role: (*role).into(),
                pin: read_pin(pin_file.as_ref())?,
            };
            let store = StoreId::from(store.as_str());
            clerks::add(centre, &By::Headquarters, &store, &new).await?;
            done(args.json, id)
        }
        What::Change {
            id,
            name,
            role,
            store,
            pin,
            pin_file,
        } => {
            let change = ClerkChange {
                name: name.clone(),
                role: role.map(Role::from),
                pin: match (*pin, pin_file) {
                    (false, None) => None,
                    (_, file) => Some(read_pin(file.as_ref())?),
                },
                ..nothing(id)
            };
            let store = store.as_deref().map(StoreId::from);
            clerks::change(centre, &By::Headquarters, &change, store.as_ref()).await?;
            done(args.json, id)
        }
        What::Disable { id } => active(centre, args.json, id, false).await,
        What::Enable { id } => active(centre, args.json, id, true).await,
        What::StopHashes { even_so } => stop(centre, args.json, *even_so).await,
    }
}

async fn active(centre: &Centre, json: bool, id: &str, on: bool) -> Result<(), CommandError> {
    let change = ClerkChange {
        active: Some(on),
        ..nothing(id)
    };
    clerks::change(centre, &By::Headquarters, &change, None).await?;
    done(json, id)
}

async fn stop(centre: &Centre, json: bool, even_so: bool) -> Result<(), CommandError> {
    let older = clerks::older_counters(centre).await?;
    if !(older.is_empty() || even_so) {
        let names = older.join(", ");
        return Err(CommandError::Failed(format!(
            "counters of older builds could sign nobody in any more: {names}; bring them up to date, or say --even-so"
        )));
    }
    let since = clerks::stop_hashes(centre).await?;
    say(json, &serde_json::json!({"stopped": since}), || {
        format!("no counter is told the hash of a PIN since {since}\n")
    })
}

fn nothing(id: &str) -> ClerkChange {
    ClerkChange {
        id: ClerkId::from(id),
        name: None,
        role: None,
        pin: None,
        active: None,
    }
}

fn done(json: bool, id: &str) -> Result<(), CommandError> {
    say(json, &serde_json::json!({"clerk": id}), || {
        "done; counters hear of it at their next contact\n".to_owned()
    })
}

fn line(listed: &Listed) -> String {
    let clerk = &listed.clerk;
    let role = match clerk.role {
        Role::Advisor => "advisor",
        Role::Cashier => "cashier",
        Role::Manager => "manager",
    };
    let left = if clerk.active { "" } else { "  has left" };
    format!(
        "{:<8} {:<16} {:<8} {}  keys on {} devices{left}\n",
        listed.store, clerk.id, role, clerk.name, clerk.devices
    )
}

/// A PIN from a file, or one line of standard input: never from the command line, which others can read.
fn read_pin(file: Option<&PathBuf>) -> Result<String, CommandError> {
    let text = match file {
        Some(path) => std::fs::read_to_string(path)
            .map_err(|e| CommandError::Failed(format!("{}: {e}", path.display())))?,
        None => {
            let mut err = std::io::stderr().lock();
            write!(err, "PIN: ")?;
            err.flush()?;
            let mut line = String::new();
            std::io::stdin().lock().read_line(&mut line)?;
            line
        }
    };
    Ok(text.trim().to_owned())
}
