//! `central program try`: scenario files on the functions that the centre and the counters use.

use std::io::{BufWriter, Read, Write};
use std::path::Path;

use centre::program;
use loyalty::scenario::{self, Mismatch, Scenario};

use crate::cli::CommandError;

/// Runs files in order and prints the state after each step, one JSON object a line.
///
/// # Errors
/// [`CommandError::Usage`] where a file cannot be read, before anything is printed, or a step cannot be
/// understood where it stands; [`CommandError::Failed`] with every expectation that does not hold.
pub fn run(files: &[impl AsRef<Path>], program: Option<&Path>) -> Result<(), CommandError> {
    let instead = program.map(program::read).transpose()?;
    let mut all = Vec::with_capacity(files.len());
    for file in files {
        let file = file.as_ref();
        let mut scenarios = read(file)?;
        if let Some(document) = &instead {
            for scenario in &mut scenarios {
                scenario.program = document.program.clone();
            }
        }
        all.push((file, scenarios));
    }
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut wrong: Vec<String> = Vec::new();
    for (file, scenarios) in &all {
        for scenario in scenarios {
            let mismatches = print(&mut out, scenario)
                .map_err(|e| in_file(file, e))
                .inspect_err(|_| flush(&mut wrong))?;
            wrong.extend(
                mismatches
                    .iter()
                    .map(|m| format!("{}: {m}", file.display())),
            );
        }
    }
    out.flush()?;
    if wrong.is_empty() {
        Ok(())
    } else {
        let count = wrong.len();
        flush(&mut wrong);
        Err(CommandError::Failed(format!(
            "{count} expectation{} not hold",
            if count == 1 { " does" } else { "s do" }
        )))
    }
}

/// Says on standard error what does not hold.
fn flush(wrong: &mut Vec<String>) {
    for line in wrong.drain(..) {
        eprintln!("{line}");
    }
}

fn in_file(file: &Path, error: CommandError) -> CommandError {
    match error {
        CommandError::Usage(reason) => CommandError::Usage(format!("{}: {reason}", file.display())),
        other => other,
    }
}

fn read(file: &Path) -> Result<Vec<Scenario>, CommandError> {
    let wrong = |reason: String| CommandError::Usage(format!("{}: {reason}", file.display()));
    let text = if file.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .map(|_| text)
            .map_err(|e| wrong(e.to_string()))?
    } else {
        std::fs::read_to_string(file).map_err(|e| wrong(e.to_string()))?
    };
    scenario::parse(&text).map_err(|e| wrong(e.to_string()))
}

fn print(out: &mut impl Write, scenario: &Scenario) -> Result<Vec<Mismatch>, CommandError> {
    let states = scenario::run(scenario).map_err(|e| CommandError::Usage(e.to_string()))?;
    for state in &states {
        serde_json::to_writer(&mut *out, state).map_err(std::io::Error::from)?;
        out.write_all(b"\n")?;
    }
    Ok(scenario::check(scenario, &states))
}
