//! What the tests of imports share: a centre of their own, files of their own, a look at tables.

#![allow(dead_code, missing_docs, clippy::unwrap_used, clippy::print_stdout)]

pub use crate::common::Engine;

use std::path::{Path, PathBuf};

use brand_tools::import::{ImportError, ImportFiles, ImportReport, import};
use centre::Centre;
use centre_store::seal::opened;
use sea_orm::{DbBackend, FromQueryResult, JsonValue, Statement};

/// A map for the small files of the tests.
pub const MAP: &str = r#"
timezone = "Asia/Shanghai"
currency = "CNY"
[stores]
names = { A = "江汇广场店" }
[members]
no = "no"
phone = "phone"
name = "name"
home_store = "store"
[products]
sku = "sku"
name = "name"
price = "price"
[purchases]
member = "no"
store = "store"
receipt = "receipt"
time = "time"
sku = "sku"
qty = "qty"
amount = "amount"
"#;

pub const MEMBERS: &str =
    "no,phone,name,store\n1,13800000001,单雅静,A\n2,13800000002,尉迟诗涵,B\n3,13800000003,张丽,A\n";
pub const PURCHASES: &str = "no,store,receipt,time,sku,qty,amount\n\
    1,A,R1,2025-03-01 10:00:00,S1,1,99.90\n\
    1,A,R1,2025-03-01 10:00:00,S2,2,0.20\n\
    2,B,R1,2025-03-02 11:00:00,S1,1,50.00\n\
    3,A,R2,2025-03-18 12:00:00,S1,0,0.00\n";

/// A folder with a centre's database, and the files that are imported into it.
pub struct CentreFolder {
    dir: tempfile::TempDir,
    kept: crate::common::Store,
}

impl CentreFolder {
    pub fn new() -> Self {
        Self::on(Engine::Sqlite)
    }

    pub fn on(engine: Engine) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let kept = engine.store(&dir.path().join("data"));
        Self { dir, kept }
    }

    /// The database's address.
    pub fn url(&self) -> &str {
        &self.kept.url
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn data(&self) -> PathBuf {
        self.path("data")
    }

    pub async fn centre(&self) -> Centre {
        self.kept.open().await.unwrap()
    }

    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// The files by these contents; empty = not given.
    pub fn files(
        &self,
        map: &str,
        members: impl AsRef<[u8]>,
        purchases: impl AsRef<[u8]>,
    ) -> ImportFiles {
        let given = |name: &str, bytes: &[u8]| (!bytes.is_empty()).then(|| self.file(name, bytes));
        ImportFiles {
            map: self.file("map.toml", map),
            members: given("members.csv", members.as_ref()),
            purchases: given("purchases.csv", purchases.as_ref()),
            rejects: self.path("rejects"),
            ..ImportFiles::default()
        }
    }

    pub async fn import(&self, files: &ImportFiles) -> Result<ImportReport, ImportError> {
        import(&self.centre().await, files).await
    }

    /// The rows set aside of a file, its column names left out.
    pub fn rejects(&self, name: &str) -> Vec<String> {
        let text = std::fs::read_to_string(self.path("rejects").join(name)).unwrap_or_default();
        text.lines().skip(1).map(str::to_owned).collect()
    }
}

/// One number from a query.
pub async fn number(centre: &Centre, sql: &str) -> i64 {
    #[derive(FromQueryResult)]
    struct One {
        n: i64,
    }
    let db = centre.db().read();
    // a sum is of another type on PostgreSQL
    let sql = format!("SELECT CAST(n AS BIGINT) AS n FROM ({sql}) AS asked");
    let statement = Statement::from_string(centre.db().backend(), sql);
    One::find_by_statement(statement)
        .one(db)
        .await
        .unwrap()
        .unwrap()
        .n
}

/// Everything in the tables, sorted, but what says when and where it was written.
pub async fn dump(centre: &Centre) -> Vec<String> {
    let db = centre.db().read();
    let ask = |sql: String| {
        JsonValue::find_by_statement(Statement::from_string(centre.db().backend(), sql))
    };
    let all = match centre.db().backend() {
        DbBackend::Postgres => {
            "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'"
        }
        _ => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    };
    let tables = ask(format!(
        "SELECT CAST(name AS TEXT) AS name FROM ({all}) AS tables \
         WHERE name NOT IN ('centre', 'seaql_migrations', 'log_entry', 'log_head') ORDER BY name"
    ));
    let mut all = Vec::new();
    for table in tables.all(db).await.unwrap() {
        let name = table["name"].as_str().unwrap().to_owned();
        let mut rows = Vec::new();
        for mut row in ask(format!("SELECT * FROM {name}")).all(db).await.unwrap() {
            if name == "program" {
                row.as_object_mut().unwrap().remove("published_at");
            }
            // sealed each time otherwise
            for value in row.as_object_mut().unwrap().values_mut() {
                if let JsonValue::String(text) = value {
                    *text = opened(std::mem::take(text)).unwrap();
                }
            }
            rows.push(format!("{name} {row}"));
        }
        rows.sort();
        all.extend(rows);
    }
    all
}

/// A folder of the field maps that come with the project.
pub fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../examples/import")
        .join(name)
}

/// The texts of a query's column `t`, in its order.
pub async fn texts(centre: &Centre, sql: &str) -> Vec<String> {
    let statement = Statement::from_string(centre.db().backend(), sql);
    let rows = JsonValue::find_by_statement(statement)
        .all(centre.db().read())
        .await
        .unwrap();
    rows.iter()
        .map(|row| row["t"].as_str().unwrap_or_default().to_owned())
        .collect()
}
