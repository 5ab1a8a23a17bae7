//! A real centre as a process of its own, with a demo brand and members besides.

use counter::{Engine, KeyAccess, SignedIn};
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

pub struct Centre {
    program: PathBuf,
    data: PathBuf,
    child: Child,
    /// Where it listens.
    pub address: String,
    /// Ids of its stores; members were imported to the first.
    pub stores: Vec<String>,
    clerks: Value,
}

impl Centre {
    /// Makes a demo brand, imports members to its first store and serves it.
    pub fn start(
        program: &Path,
        data: &Path,
        stores: usize,
        members: usize,
        imported: usize,
    ) -> Self {
        std::fs::create_dir_all(data).unwrap();
        let said = output(
            Command::new(program)
                .args(["demo", "--json", "--data"])
                .arg(data)
                .args(["--stores", &stores.to_string()])
                .args(["--members", &members.to_string()]),
        );
        let brand: Value = serde_json::from_str(&said).expect("what central demo says");
        let clerks = brand["clerks"].clone();
        let mut stores: Vec<String> = clerks
            .as_array()
            .expect("clerks")
            .iter()
            .filter_map(|c| c["store"].as_str().map(str::to_owned))
            .collect();
        stores.sort();
        stores.dedup();
        if imported > 0 {
            import(program, data, &stores[0], imported);
        }
        let (child, address) = serve(program, data);
        Self {
            program: program.to_owned(),
            data: data.to_owned(),
            child,
            address,
            stores,
            clerks,
        }
    }

    /// A one-time code for a checkout counter.
    pub fn code(&self, store: &str) -> String {
        let said = output(
            Command::new(&self.program)
                .args(["enrol-code", "--json", "--checkout", "--store", store])
                .arg("--data")
                .arg(&self.data),
        );
        let code: Value = serde_json::from_str(&said).expect("a code");
        code["code"].as_str().expect("a code").to_owned()
    }

    /// An enrolled counter that has not pulled anything.
    pub fn counter(&self, home: &Path, store: &str, address: &str) -> Engine {
        let engine = Engine::open(home, &KeyAccess::insecure()).expect("an engine");
        let name = home.file_name().unwrap().to_string_lossy();
        engine
            .enrol(address, &self.code(store), &name)
            .expect("enrolled");
        engine
    }

    /// Signs a clerk of a store in.
    pub fn clerk(&self, engine: &Engine, store: &str) -> SignedIn {
        let clerk = self
            .clerks
            .as_array()
            .unwrap()
            .iter()
            .find(|c| c["store"] == store)
            .expect("a clerk");
        let word = |name: &str| clerk[name].as_str().expect("a word");
        engine.sign_in(word("id"), word("pin")).expect("signed in")
    }

    /// Processor time of the centre and of this process, in seconds.
    pub fn processor(&self) -> (f64, f64) {
        (
            spent(&format!("/proc/{}/stat", self.child.id())),
            spent("/proc/self/stat"),
        )
    }

    /// Memory of the process that is its own or in its page tables, in KiB.
    pub fn resident_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        status
            .lines()
            .find_map(|l| l.strip_prefix("VmRSS:"))
            .and_then(|l| l.trim().trim_end_matches(" kB").trim().parse().ok())
            .expect("a figure")
    }
}

impl Drop for Centre {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Processor time in a `stat` file of the kernel, in seconds: hundredths there.
fn spent(stat: &str) -> f64 {
    let text = std::fs::read_to_string(stat).expect("a process");
    // the program's name, in parentheses, may have spaces
    let after = text.rsplit(')').next().expect("fields");
    let field = |n: usize| -> f64 {
        let word = after.split_whitespace().nth(n).expect("a field");
        word.parse().expect("a number")
    };
    (field(11) + field(12)) / 100.0
}

fn output(command: &mut Command) -> String {
    let out = command
        .env("RUST_LOG", "warn")
        .stderr(Stdio::inherit())
        .output()
        .expect("it starts");
    assert!(out.status.success(), "{command:?}");
    String::from_utf8(out.stdout).expect("text")
}

fn import(program: &Path, data: &Path, store: &str, members: usize) {
    let file = data.join("members.csv");
    let mut csv = std::io::BufWriter::new(std::fs::File::create(&file).unwrap());
    writeln!(csv, "no,phone,name,store").unwrap();
    for n in 0..members {
        let name = surname_and_given(n);
        writeln!(csv, "9{n:08},199{n:08},{name},{store}").unwrap();
    }
    csv.into_inner().unwrap();
    let map = data.join("map.toml");
    std::fs::write(
        &map,
        "timezone = \"Asia/Shanghai\"\ncurrency = \"CNY\"\n[stores]\nname = \"{id}\"\n\
         [members]\nno = \"no\"\nphone = \"phone\"\nname = \"name\"\nhome_store = \"store\"\n\
         joined = { constant = \"2026-01-01\" }\n",
    )
    .unwrap();
    output(
        Command::new(program)
            .args(["import", "--json", "--data"])
            .arg(data)
            .arg("--map")
            .arg(&map)
            .arg("--members")
            .arg(&file)
            .arg("--rejects")
            .arg(data.join("rejects")),
    );
}

/// Names of two or three characters, each with several readers.
fn surname_and_given(n: usize) -> String {
    const SURNAMES: [&str; 10] = ["王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周"];
    const GIVEN: [&str; 12] = [
        "思", "雨", "欣", "怡", "静", "敏", "丽", "娜", "婷", "佳", "雪", "琳",
    ];
    format!(
        "{}{}{}",
        SURNAMES[n % 10],
        GIVEN[n / 10 % 12],
        GIVEN[n / 120 % 12]
    )
}

fn serve(program: &Path, data: &Path) -> (Child, String) {
    // as many connections as the machine allows
    let mut child = Command::new("sh")
        .args(["-c", "ulimit -n $(ulimit -Hn); exec \"$@\"", "serve"])
        .arg(program)
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .env("RUST_LOG", "warn")
        .stdout(Stdio::piped())
        .spawn()
        .expect("central serve starts");
    let mut line = String::new();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    lines.read_line(&mut line).unwrap();
    let said: Value = serde_json::from_str(&line).expect("where it listens");
    let address = format!("http://{}", said["listening"].as_str().expect("an address"));
    (child, address)
}
