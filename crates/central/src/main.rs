//! The central service's command line.

use std::process::ExitCode;

use central::cli::CommandError;
use central::commands::{
    audit, backup, check, clerks, coupons, demo, devices, enrol_code, import, jobs, lookups,
    members, program, reactions, receipts, release, replace_key, report, restored, rewards, sales,
    serve, sign_up, sms, store_settings, watch,
};
use centre_store::db::threads;
use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

/// Counterpart's central service: ledger, feed, sync, phone pages
#[derive(Debug, Parser)]
#[command(name = "central", version)]
struct Cli {
    /// Write the log as JSON, an object on each line, for whoever gathers it
    #[arg(long, global = true, env = "CENTRAL_LOG_JSON")]
    log_json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve counters and phones
    Serve(serve::ServeArgs),
    /// Print a one-time code that lets one device in
    EnrolCode(enrol_code::EnrolCodeArgs),
    /// See how devices stand; resolve forks, write devices off, revoke or move them
    Devices(devices::DevicesArgs),
    /// See who works in which store; take clerks on, change them, let them go
    Clerks(clerks::ClerksArgs),
    /// Set printer, hand, lock and scanner for the counters of a store
    StoreSettings(store_settings::StoreSettingsArgs),
    /// Set how people join: terms of sign-up codes, campaigns, posters
    SignUp(sign_up::SignUpArgs),
    /// Say how many came how far in joining, by store, clerk, channel, campaign or day
    Report(report::ReportArgs),
    /// Send one short message, to see that the provider is set up
    Sms(sms::SmsArgs),
    /// Give new versions of the counters' program out, by and by
    Release(release::ReleaseArgs),
    /// Check database, keys, time, disk, certificate and jobs: 0 = all is well, 1 = something is not
    Check(check::CheckArgs),
    /// Copy the embedded database to a file, while it is served
    Backup(backup::BackupArgs),
    /// Say that the database was put back from a backup
    Restored(restored::RestoredArgs),
    /// Make another key for a centre whose own is lost
    ReplaceKey(replace_key::ReplaceKeyArgs),
    /// See what passes by itself, when it is due and how it went; run one of it now
    Jobs(jobs::JobsArgs),
    /// Check that the books hold, on a database that may be in use: 0 = they do, 1 = they do not
    Audit(audit::AuditArgs),
    /// Give members coupons, and see which counter holds each
    Coupons(coupons::CouponsArgs),
    /// Try, compare, publish and show the brand's rules
    Program(program::ProgramArgs),
    /// List rewards, and say how many pieces stores have
    Rewards(rewards::RewardsArgs),
    /// Say what was sold and who gets the credit of it
    Sales(sales::SalesArgs),
    /// List which counters looked up members of other stores, who asked and why
    Lookups(lookups::LookupsArgs),
    /// List sales that no till has confirmed, and confirm them
    Receipts(receipts::ReceiptsArgs),
    /// Say what is suspicious in what counters recorded
    Watch(watch::WatchArgs),
    /// Export all that is held on a member, show and withdraw consents, erase a member
    Members(members::MembersArgs),
    /// List what members told of reactions to goods, with the day by which the brand reports it
    Reactions(reactions::ReactionsArgs),
    /// Fill a database with a made-up brand
    Demo(demo::DemoArgs),
    /// Read members, products and purchases from files
    Import(import::ImportArgs),
}

#[tokio::main]
async fn main() -> ExitCode {
    // whatever is written is for its owner alone
    platform::person::make_all_private();
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,sea_orm_migration=warn"));
    let cli = Cli::parse();
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    if cli.log_json {
        log.json().init();
    } else {
        log.init();
    }
    let outcome = match cli.command {
        Command::Serve(args) => serve::run(&args).await,
        Command::EnrolCode(args) => enrol_code::run(&args).await,
        Command::Devices(args) => devices::run(&args).await,
        Command::Clerks(args) => clerks::run(&args).await,
        Command::StoreSettings(args) => store_settings::run(&args).await,
        Command::SignUp(args) => sign_up::run(&args).await,
        Command::Report(args) => report::run(&args).await,
        Command::Sms(args) => sms::run(&args).await,
        Command::Release(args) => release::run(&args).await,
        Command::Check(args) => check::run(&args).await,
        Command::Backup(args) => backup::run(&args).await,
        Command::Restored(args) => restored::run(&args).await,
        Command::ReplaceKey(args) => replace_key::run(&args).await,
        Command::Jobs(args) => jobs::run(&args).await,
        Command::Audit(args) => audit::run(&args).await,
        Command::Coupons(args) => coupons::run(&args).await,
        Command::Program(args) => program::run(&args).await,
        Command::Rewards(args) => rewards::run(&args).await,
        Command::Sales(args) => sales::run(&args).await,
        Command::Lookups(args) => lookups::run(&args).await,
        Command::Receipts(args) => receipts::run(&args).await,
        Command::Watch(args) => watch::run(&args).await,
        Command::Members(args) => members::run(&args).await,
        Command::Reactions(args) => reactions::run(&args).await,
        Command::Demo(args) => demo::run(&args).await,
        Command::Import(args) => import::run(&args).await,
    };
    threads::ended().await;
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => report(&error),
    }
}

fn report(error: &CommandError) -> ExitCode {
    eprintln!("central: {error}");
    error.exit_code()
}
