//! `central serve`: the service until it is told to stop.

use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use sea_orm::EntityTrait;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::process::{ready, stop_signal, stopping, this_process};
use crate::cli::{CommandError, DatabaseArgs};
use crate::http::{AppState, Fresh, Metrics, guarded};
use crate::listen::{Connections, ListenArgs, Listening};
use authorise::Provider;
use centre::Centre;
use centre::catalogue;
use centre::error::ServiceError;
use centre::fleet::Folder;
use centre::follow::follow;
use centre::jobs;
use centre::joining::{Phone, SmsLimits};
use centre::log::Who;
use centre_store::tables::brand;
use centre_store::{boxed, files};
use sms::{SmsSender, Written};

/// How long open requests, and jobs, may take once the service is told to stop.
const PATIENCE: Duration = Duration::from_secs(10);

/// What `central serve` is told.
#[derive(Debug, Clone, Args)]
pub struct ServeArgs {
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// Where and how it is reached.
    #[command(flatten)]
    pub listen: ListenArgs,
    /// Where members' phones reach this service; without it, the address that it listens on
    #[arg(long, env = "CENTRAL_PHONE_BASE")]
    pub phone_base: Option<String>,
    /// The short message provider's settings, a JSON file for its owner alone (docs/OPERATING.md); without it, messages
    /// are written to the log and leave this machine not at all
    #[arg(long, value_name = "FILE", env = "CENTRAL_SMS_PROVIDER")]
    pub sms_provider: Option<PathBuf>,
    /// Write short messages to this file instead, one JSON object per line: for trials
    #[arg(long, value_name = "FILE", conflicts_with = "sms_provider")]
    pub sms_outbox: Option<PathBuf>,
    /// Short messages in a day by the sign-up codes of one store
    #[arg(long, value_name = "N", default_value_t = SmsLimits::default().store)]
    pub sms_per_store: u64,
    /// Short messages in a day by the sign-up codes of one campaign
    #[arg(long, value_name = "N", default_value_t = SmsLimits::default().campaign)]
    pub sms_per_campaign: u64,
    /// Short messages in a day by the sign-up codes of one counter
    #[arg(long, value_name = "N", default_value_t = SmsLimits::default().device)]
    pub sms_per_device: u64,
    /// Short messages in a day that one address asks for
    #[arg(long, value_name = "N", default_value_t = SmsLimits::default().address)]
    pub sms_per_address: u64,
    /// Short messages in a day in all
    #[arg(long, value_name = "N", default_value_t = SmsLimits::default().brand)]
    pub sms_per_day: u64,
    /// Settings of WeChat, Alipay or another OAuth 2.0 provider, by which guests join and members open their pages; without
    /// it there are no buttons for them
    #[arg(long, value_name = "FILE", env = "CENTRAL_AUTHORISE")]
    pub authorise: Option<PathBuf>,
    /// Folder of the packages of the counters' program; without it, `packages` in --data
    #[arg(long, value_name = "DIR", env = "CENTRAL_PACKAGES")]
    pub packages: Option<PathBuf>,
    /// Address on which Prometheus reads figures, at /metrics; it is told by plain HTTP and to whoever asks, so it should be
    /// this machine's own, or on a network of its own. Without it, nothing is measured
    #[arg(long, value_name = "ADDR", env = "CENTRAL_METRICS")]
    pub metrics: Option<SocketAddr>,
}

/// Runs the service until SIGTERM or SIGINT. Prints one line of JSON when it listens.
///
/// # Errors
/// Where the database or the address cannot be had.
#[boxed]
pub async fn run(args: &ServeArgs) -> Result<(), CommandError> {
    let reach = Arc::new(args.listen.reach()?);
    let sms: Arc<dyn SmsSender> = sender(args)?.into();
    let providers: Arc<[Provider]> = providers(args.authorise.as_deref())?.into();
    let limits = SmsLimits {
        device: args.sms_per_device,
        store: args.sms_per_store,
        campaign: args.sms_per_campaign,
        address: args.sms_per_address,
        brand: args.sms_per_day,
    };
    args.database
        .with(async |centre| {
            // counters and phones act for themselves, and jobs for nobody
            let centre = &centre.acting_for(Who::Centre);
            let listen = args.listen.listen;
            let listener = TcpListener::bind(listen)
                .await
                .map_err(|e| CommandError::Failed(format!("cannot listen on {listen}: {e}")))?;
            let address = listener.local_addr()?;
            let phone_base = match &args.phone_base {
                Some(base) => base.trim_end_matches('/').to_owned(),
                None if reach.is_tls() => format!("https://{address}"),
                None => format!("http://{address}"),
            };
            tell_brand(centre, &phone_base).await?;
            let (stop, told_to_stop) = watch::channel(false);
            let fresh =
                Fresh::new().map_err(|e| CommandError::Failed(format!("no randomness: {e}")))?;
            let state = AppState {
                centre: centre.clone(),
                phone_base: phone_base.as_str().into(),
                phone: Arc::new(Phone::limited(Arc::clone(&sms), limits)),
                providers: Arc::clone(&providers),
                fresh: Arc::new(fresh),
                packages: Folder::at(packages_in(args.packages.as_deref(), &args.database)),
                stopping: told_to_stop.clone(),
            };
            let background = follow(centre);
            let mut jobs = tokio::spawn(jobs::serve(
                centre.clone(),
                this_process(),
                stop.subscribe(),
            ));
            let metrics = match args.metrics {
                Some(at) => Some(measured(centre, at, told_to_stop).await?),
                None => None,
            };
            let line = serde_json::json!({
                "listening": address.to_string(),
                "metrics": metrics.map(|at| at.to_string()),
                "phone_base": phone_base,
                "centre": centre.id().to_string(),
            });
            writeln!(std::io::stdout(), "{line}")?;
            std::io::stdout().flush()?;
            let (all, one) = args.listen.most_connections();
            let paces = args.listen.paces();
            let listening = Listening {
                router: guarded(state, Arc::clone(&reach), paces, reach.is_tls()),
                reach,
                connections: Connections::new(all, one),
            };
            let serving = tokio::spawn(listening.serve(listener, stop.subscribe(), PATIENCE));
            ready();
            stop_signal().await;
            stopping();
            tracing::info!("stopping");
            let _ = stop.send(true);
            if !serving.await.unwrap_or(false) {
                tracing::warn!("requests were still open");
            }
            if tokio::time::timeout(PATIENCE, &mut jobs).await.is_err() {
                tracing::warn!("jobs did not stop in time");
                jobs.abort();
            }
            for task in background {
                task.abort();
                // an abort is how it ends
                let _ = task.await;
            }
            Ok(())
        })
        .await
}

/// By what messages are sent.
fn sender(args: &ServeArgs) -> Result<Box<dyn SmsSender>, CommandError> {
    if let Some(file) = &args.sms_provider {
        return super::sms::provider(file);
    }
    let outbox = args.sms_outbox.as_ref().map(|path| {
        files::append(path).map_err(|e| {
            CommandError::Failed(format!("cannot write messages to {}: {e}", path.display()))
        })
    });
    Ok(Box::new(Written::new(outbox.transpose()?)))
}

/// Where packages of the counters' program lie.
pub(super) fn packages_in(said: Option<&Path>, database: &DatabaseArgs) -> PathBuf {
    said.map_or_else(|| database.data.join("packages"), Path::to_owned)
}

/// Tells figures on an address of their own, until the service stops. Which address it is.
async fn measured(
    centre: &Centre,
    at: SocketAddr,
    mut told: watch::Receiver<bool>,
) -> Result<SocketAddr, CommandError> {
    let failed = |e: String| CommandError::Failed(format!("cannot tell figures on {at}: {e}"));
    let metrics = Metrics::begin(centre).map_err(failed)?;
    let listener = TcpListener::bind(at)
        .await
        .map_err(|e| failed(e.to_string()))?;
    let address = listener.local_addr()?;
    if !address.ip().is_loopback() {
        tracing::warn!(%address, "figures of the brand are told to whoever reaches this address");
    }
    tokio::spawn(async move {
        let stop = async move {
            let _ = told.wait_for(|stop| *stop).await;
        };
        let served = axum::serve(listener, metrics.router()).with_graceful_shutdown(stop);
        if let Err(error) = served.await {
            tracing::error!(%error, "figures are told no more");
        }
    });
    Ok(address)
}

/// The brand's entity carries where phones reach the service.
async fn tell_brand(centre: &Centre, phone_base: &str) -> Result<(), ServiceError> {
    let Some(row) = brand::Entity::find().one(centre.db().read()).await? else {
        return Ok(());
    };
    if row.phone_base == phone_base {
        return Ok(());
    }
    let mut work = centre.work().await?;
    let entity = protocol::entity::Brand {
        name: row.name,
        demo: row.demo,
        welcome_gift: row.welcome_gift,
        phone_base: phone_base.to_owned(),
        // as it is set; this changes nothing of it
        sign_up: None,
    };
    catalogue::put_brand(&mut work, &entity).await?;
    work.commit().await?;
    Ok(())
}

/// Reads the settings of providers.
fn providers(file: Option<&Path>) -> Result<Vec<Provider>, CommandError> {
    let Some(file) = file else {
        return Ok(Vec::new());
    };
    // whoever else could read it is shut out, with a warning
    centre_store::files::shut(file);
    let failed = |why: String| {
        CommandError::Failed(format!(
            "the settings of providers {}: {why}",
            file.display()
        ))
    };
    let document = std::fs::read(file).map_err(|e| failed(e.to_string()))?;
    authorise::read(&document).map_err(|e| failed(e.to_string()))
}
