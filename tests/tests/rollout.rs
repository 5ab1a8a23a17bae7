//! A new version goes to twenty counters by stages; two bad ones come back by themselves; nothing that was recorded
//! meanwhile is lost.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tests::till::Sale;
use tests::{Counter, Shop, wait};

const COUNTERS: usize = 20;
/// How long a version may take to go round.
const ROUND: Duration = Duration::from_secs(120);

/// A counter's program, in a folder of its own, and whoever runs it first.
struct Machine {
    counter: Counter,
    program: PathBuf,
    first: Option<Child>,
}

impl Machine {
    fn set_up(dir: &Path, counter: Counter, key: &str) -> Self {
        let folder = dir.join(format!(
            "program-{}",
            counter.home.file_name().unwrap().display()
        ));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("package.pub"), key).unwrap();
        let program = folder.join("counterpart");
        fs::write(&program, runs("0.1.0")).unwrap();
        run_by_all(&program);
        Self {
            counter,
            program,
            first: None,
        }
    }

    /// Switches it on, as somebody does in the morning.
    fn start(&mut self) {
        let mut command = Command::new(&self.program);
        command
            .arg("--home")
            .arg(&self.counter.home)
            .arg("run")
            .arg("--program")
            .arg(&self.program)
            .args(["--quiet-after", "2", "--patience", "25"])
            .env("COUNTERPART_INSECURE_KEY_FILE", "1")
            .env_remove("COUNTERPART_HOME")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        self.first = Some(command.spawn().unwrap());
    }

    /// What its program says that it is.
    fn version(&self) -> String {
        let text = fs::read_to_string(&self.program).unwrap();
        let said = text.split("COUNTERPART_VERSION=").nth(1);
        said.and_then(|rest| rest.split(' ').next())
            .unwrap_or("?")
            .to_owned()
    }

    /// Whether a program of it runs now: it holds its folder.
    fn runs(&self) -> bool {
        let lock = fs::File::open(self.counter.home.join("updates/program.lock"));
        lock.is_ok_and(|lock| lock.try_lock().is_err())
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // whatever runs on its folder, by whomever it was started
        let mut own = Command::new("pkill");
        let home = self.counter.home.display().to_string();
        let _ = own.args(["-KILL", "-f", &home]).status();
        if let Some(mut child) = self.first.take() {
            let _ = child.wait();
        }
    }
}

/// A program of a version: this build, called otherwise.
fn runs(version: &str) -> String {
    let counter = tests::programs::program("counter");
    format!(
        "#!/bin/sh\nCOUNTERPART_VERSION={version} exec {} \"$@\"\n",
        counter.display()
    )
}

fn run_by_all(program: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(program, fs::Permissions::from_mode(0o755)).unwrap();
}

/// The brand's key for packages, and packages that it signs.
struct Brand {
    pair: minisign::KeyPair,
    dir: PathBuf,
}

impl Brand {
    fn key(&self) -> String {
        self.pair.pk.to_box().unwrap().to_string()
    }

    fn add(&self, shop: &Shop, version: &str, text: &str) {
        let package = self.dir.join(format!("counterpart-{version}"));
        fs::write(&package, text).unwrap();
        let signature = minisign::sign(None, &self.pair.sk, text.as_bytes(), None, None).unwrap();
        fs::write(
            package.with_file_name(format!("counterpart-{version}.minisig")),
            signature.to_string(),
        )
        .unwrap();
        let key = self.dir.join("brand.pub");
        fs::write(&key, self.key()).unwrap();
        let target = format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH);
        let (package, key) = (package.display().to_string(), key.display().to_string());
        release(
            shop,
            &[
                "add",
                &package,
                "--version",
                version,
                "--target",
                &target,
                "--key",
                &key,
            ],
        );
    }
}

fn release(shop: &Shop, args: &[&str]) -> Value {
    shop.centre.headquarters("release", args)
}

fn of(shop: &Shop, version: &str) -> Value {
    let all = release(shop, &["list"]);
    let all = all.as_array().unwrap();
    all.iter()
        .find(|one| one["version"] == version)
        .unwrap()
        .clone()
}

fn with_version(machines: &[Machine], version: &str) -> usize {
    machines
        .iter()
        .filter(|m| m.version() == version && m.runs())
        .count()
}

#[test]
fn twenty_counters_take_a_good_version_by_stages_and_come_back_from_bad_ones() {
    let shop = Shop::open();
    let brand = Brand {
        pair: minisign::KeyPair::generate_unencrypted_keypair().unwrap(),
        dir: shop.dir().to_owned(),
    };
    let mut machines: Vec<Machine> = (0..COUNTERS)
        .map(|n| Machine::set_up(shop.dir(), shop.counter(&format!("c{n:02}")), &brand.key()))
        .collect();
    machines.iter_mut().for_each(Machine::start);
    wait::until("all to run", ROUND, || {
        (with_version(&machines, "0.1.0") == COUNTERS).then_some(())
    });
    let her = shop.people(1, 1).remove(0);
    let sell = |machine: &Machine, n: usize| {
        let receipt = format!("R{n:04}");
        machine
            .counter
            .patiently(&Sale::to(&her.id, &receipt, &["TH1001"]).args());
    };

    // first some of them
    brand.add(&shop, "0.2.0", &runs("0.2.0"));
    release(&shop, &["stage", "0.2.0", "--share", "30"]);
    let some = wait::until("some to have it", ROUND, || {
        let has = of(&shop, "0.2.0")["devices"]["good"].as_u64().unwrap_or(0);
        (has > 0).then_some(has)
    });
    assert!((1..=14).contains(&some), "{some} of {COUNTERS}");
    // meanwhile people are served, on whichever version
    for (n, machine) in machines.iter().enumerate() {
        sell(machine, n);
    }
    // then all
    release(&shop, &["stage", "0.2.0", "--share", "100"]);
    wait::until("all to have it", ROUND, || {
        (with_version(&machines, "0.2.0") == COUNTERS).then_some(())
    });
    wait::until("all to have said so", ROUND, || {
        (of(&shop, "0.2.0")["devices"]["good"] == COUNTERS).then_some(())
    });

    // one that ends at once: who takes it is back on the last good one, and after two nobody gets it
    brand.add(&shop, "0.3.0", "#!/bin/sh\nexit 1\n");
    release(&shop, &["stage", "0.3.0", "--share", "100"]);
    wait::until("it to be held", ROUND, || {
        (!of(&shop, "0.3.0")["held"].is_null()).then_some(())
    });
    // one that runs and never reaches the centre
    brand.add(&shop, "0.4.0", "#!/bin/sh\nexec sleep 600\n");
    release(&shop, &["stage", "0.4.0", "--share", "20"]);
    wait::until("it to be held too", ROUND, || {
        let one = of(&shop, "0.4.0");
        // with one counter in the stage there are no two that fail
        let failed = one["devices"]["failed"].as_u64().unwrap_or(0);
        (failed >= 1 && one["devices"]["trying"].is_null()).then_some(())
    });
    wait::until("all to be back", ROUND, || {
        (with_version(&machines, "0.2.0") == COUNTERS).then_some(())
    });

    // nothing was lost: what was sold then and now is at the centre
    for (n, machine) in machines.iter().enumerate() {
        sell(machine, COUNTERS + n);
    }
    for machine in &machines {
        wait::until("nothing to wait", ROUND, || {
            let told = machine.counter.ok(&["status"]);
            (told[0]["sync"]["pending"] == 0).then_some(())
        });
    }
    let sql = "SELECT count(*) FROM receipt WHERE receipt_no LIKE 'R00%'";
    let receipts = shop.centre.ledger().number(sql, []);
    assert_eq!(receipts, 2 * COUNTERS as i64);
    shop.centre.assert_audit_clean();
}
