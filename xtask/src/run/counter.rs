//! The counter of a run: enrolled once, synced before the window opens.

use super::Programs;
use super::brand::Brand;
use super::centre::Centre;
use super::folder::RunFolder;
use crate::failure::{Doing, Failure, Outcome};
use crate::process;
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Stdio};

/// A demo asks nobody for a passphrase: its key lies in a plain file, which a run says.
pub const INSECURE: (&str, &str) = ("COUNTERPART_INSECURE_KEY_FILE", "1");
/// What the screen calls this counter.
const NAME: &str = "一号柜台";

/// Enrols the counter at one of the brand's stores, if it is not; whether it did.
pub fn enrol_if_not(
    programs: &Programs,
    folder: &RunFolder,
    centre: &Centre,
    brand: &Brand,
) -> Outcome<bool> {
    let said = process::output(
        "counter status",
        counter(&programs.counter, folder).args(["--json", "status"]),
    )?;
    if is_enrolled(&said)? {
        return Ok(false);
    }
    let store = brand.store()?;
    println!("Counter: enrolling it at store {store}.");
    let mut ask = super::central(&programs.central);
    ask.args(["enrol-code", "--data"]).arg(folder.centre());
    ask.args(["--store", store, "--checkout", "--json"]);
    let code = code(&process::output("central enrol-code", &mut ask)?)?;
    let mut enrol = counter(&programs.counter, folder);
    enrol.args([
        "enrol",
        "--centre",
        centre.address(),
        "--code",
        &code,
        "--name",
        NAME,
    ]);
    process::run("counter enrol", enrol.stdout(Stdio::null()))?;
    Ok(true)
}

/// One exchange with the centre.
pub fn sync(program: &Path, folder: &RunFolder) -> Outcome {
    process::run(
        "counter sync",
        counter(program, folder).arg("sync").stdout(Stdio::null()),
    )
}

fn counter(program: &Path, folder: &RunFolder) -> Command {
    let mut command = Command::new(program);
    command.arg("--home").arg(folder.counter());
    // that it is insecure is said once, by the run itself
    command.env(INSECURE.0, INSECURE.1).env("RUST_LOG", "error");
    command
}

/// `counter status` says two things, the device first.
fn is_enrolled(said: &str) -> Outcome<bool> {
    let said: Value = serde_json::from_str(said).doing("reading the counter's status")?;
    said[0]["enrolled"]
        .as_bool()
        .ok_or_else(|| Failure::because("the counter does not say whether it is enrolled"))
}

fn code(said: &str) -> Outcome<String> {
    let said: Value = serde_json::from_str(said).doing("reading the one-time code")?;
    said["code"]
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| Failure::because("the centre gave no one-time code"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_read() {
        assert_eq!(code(r#"{"code": "ABCD-1234"}"#).unwrap(), "ABCD-1234");
        assert!(code("{}").is_err());
        assert!(code("ABCD").is_err());
    }

    #[test]
    fn the_status_tells_whether_it_is_enrolled() {
        assert!(is_enrolled(r#"[{"enrolled": true}, {}]"#).unwrap());
        assert!(!is_enrolled(r#"[{"enrolled": false}, {}]"#).unwrap());
        assert!(is_enrolled("{}").is_err());
    }
}
