//! How devices are, as a table or as JSON.

use std::fmt::Write as _;

use comfy_table::Table;
use protocol::StoreId;
use protocol::check_in::{DeviceTrouble, PrinterState};

use crate::cli::{CommandError, say};
use centre::Centre;
use centre::fleet::{self, DeviceLine};

/// Prints how devices are.
pub(super) async fn show(
    centre: &Centre,
    store: Option<&StoreId>,
    only_trouble: bool,
    json: bool,
) -> Result<(), CommandError> {
    let mut lines = fleet::health_of(centre.db().read(), store, centre.now()).await?;
    let (all, troubled) = (
        lines.len(),
        lines.iter().filter(|l| !l.troubles.is_empty()).count(),
    );
    if only_trouble {
        lines.retain(|line| !line.troubles.is_empty());
    }
    say(json, &lines, || {
        let mut said = table(&lines).to_string();
        let _ = write!(said, "\n{all} devices, {troubled} in trouble\n");
        said
    })
}

fn table(lines: &[DeviceLine]) -> Table {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::UTF8_HORIZONTAL_ONLY);
    table.set_header([
        "store", "name", "version", "heard", "waits", "free MB", "clock s", "printer", "trouble",
    ]);
    for line in lines {
        let told = line.health.as_ref();
        let of = |what: &dyn Fn(&protocol::check_in::DeviceHealth) -> String| {
            told.map_or_else(|| "–".to_owned(), what)
        };
        table.add_row([
            line.store.to_string(),
            line.name.clone(),
            of(&|h| h.version.clone()),
            line.heard.format("%Y-%m-%d %H:%M").to_string(),
            of(&|h| h.waiting.to_string()),
            of(&|h| {
                h.disk_free
                    .map_or_else(|| "–".to_owned(), |b| (b / 1_000_000).to_string())
            }),
            of(&|_| line.clock_off_s.to_string()),
            of(&|h| printer(h.printer.state).to_owned()),
            troubles(line),
        ]);
    }
    table
}

fn printer(state: PrinterState) -> &'static str {
    match state {
        PrinterState::None => "none",
        PrinterState::Good => "good",
        PrinterState::Failing => "failing",
        PrinterState::Unknown => "?",
    }
}

fn troubles(line: &DeviceLine) -> String {
    let mut all: Vec<String> = line.troubles.iter().map(words).collect();
    if line.log_awaited {
        all.push("its log is awaited".to_owned());
    }
    if line.replaced_by.is_some() {
        all.push("another has taken its place".to_owned());
    }
    all.join("; ")
}

/// A trouble, in words.
fn words(trouble: &DeviceTrouble) -> String {
    match trouble {
        DeviceTrouble::Silent { hours } => format!("not heard for {hours} h"),
        DeviceTrouble::ClockOff { seconds } => format!("its clock is {seconds} s off"),
        DeviceTrouble::DiskLow { megabytes } => format!("{megabytes} MB left on its disk"),
        DeviceTrouble::WaitsLong { hours } => format!("operations wait for {hours} h"),
        DeviceTrouble::Printer { reason } => format!("its printer fails: {reason}"),
        DeviceTrouble::UpdateFailed { version } => format!("{version} did not hold"),
        DeviceTrouble::Code { code } => code.clone(),
    }
}
