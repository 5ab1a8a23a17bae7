//! An import that is killed, or that finds the disk full, has left nothing and is run again.

#![allow(missing_docs, clippy::unwrap_used)]

use std::process::{Command, Stdio};
use std::time::Duration;

use crate::import_support::{CentreFolder, MAP, dump, number};

const MEMBERS: usize = 400;
const RECEIPTS: usize = 4_000;

fn members() -> String {
    let mut text = "no,phone,name,store\n".to_owned();
    for i in 0..MEMBERS {
        text.push_str(&format!("{i},139{i:08},成员{i},S{}\n", i % 5));
    }
    text
}

fn purchases() -> String {
    let mut text = "no,store,receipt,time,sku,qty,amount\n".to_owned();
    for i in 0..RECEIPTS {
        let (member, day) = (i % MEMBERS, 1 + i % 28);
        text.push_str(&format!(
            "{member},S{},R{i},2025-03-{day:02} 10:00:00,P,1,{}.50\n",
            i % 5,
            i % 900
        ));
    }
    text
}

fn command(folder: &CentreFolder) -> Command {
    let files = folder.files(MAP, members(), purchases());
    let mut command = Command::new(env!("CARGO_BIN_EXE_central"));
    command
        .arg("import")
        .arg("--data")
        .arg(folder.data())
        .arg("--map")
        .arg(files.map);
    command.arg("--members").arg(files.members.unwrap());
    command.arg("--purchases").arg(files.purchases.unwrap());
    command.arg("--rejects").arg(files.rejects).arg("--json");
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[tokio::test]
async fn killed_at_any_moment_it_goes_in_whole_when_run_again() {
    let folder = CentreFolder::new();
    folder.centre().await;
    for wait in [80, 300, 700, 1_500] {
        let mut child = command(&folder).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(wait));
        child.kill().unwrap();
        child.wait().unwrap();
        let here = number(&folder.centre().await, "SELECT COUNT(*) AS n FROM receipt").await;
        assert!(
            here == 0 || here == RECEIPTS as i64,
            "half an import: {here} receipts"
        );
    }
    let output = command(&folder).output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let centre = folder.centre().await;
    assert_eq!(
        number(&centre, "SELECT COUNT(*) AS n FROM receipt").await,
        RECEIPTS as i64
    );
    assert_eq!(
        number(&centre, "SELECT COUNT(*) AS n FROM member").await,
        MEMBERS as i64
    );
    let points: i64 = (0..RECEIPTS as i64).map(|i| i % 900).sum();
    assert_eq!(
        number(&centre, "SELECT SUM(earned) AS n FROM receipt").await,
        points
    );
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let purchases = &report["purchases"];
    let sum = ["taken", "already_there", "rejected"]
        .iter()
        .map(|k| purchases[k].as_u64().unwrap())
        .sum::<u64>();
    assert_eq!(purchases["read"].as_u64().unwrap(), sum);
}

#[cfg(unix)]
#[tokio::test]
async fn a_full_disk_leaves_the_database_as_it_was() {
    let folder = CentreFolder::new();
    let before = dump(&folder.centre().await).await;
    let import = command(&folder);
    // no file may grow beyond 1 MiB: writing fails as on a full disk
    let mut limited = Command::new("sh");
    limited
        .arg("-c")
        .arg("trap '' XFSZ; ulimit -f 2048; exec \"$0\" \"$@\"");
    limited.arg(import.get_program()).args(import.get_args());
    let output = limited.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "it found room");
    assert!(said.contains("nothing was imported"), "{said}");
    assert_eq!(dump(&folder.centre().await).await, before);
    assert!(command(&folder).output().unwrap().status.success());
}
