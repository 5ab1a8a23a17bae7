//! The house's order: which crate and which module may use which, written in `house.toml`, held against what the code
//! uses. A dependency against the order, or a circle of files, is a failure of `cargo xtask check`.

mod graph;
mod order;
mod read;
mod tokens;

use crate::failure::{Doing, Failure, Outcome};
use crate::paths::Workspace;
use order::House;
use read::Wing;

/// Holds the whole workspace against `house.toml`.
///
/// # Errors
/// Where the code is against the order, or something cannot be read.
pub fn check(workspace: &Workspace) -> Outcome {
    let found = faults(&workspace.root)?;
    if found.is_empty() {
        println!("the house is in order");
        return Ok(());
    }
    for fault in &found {
        eprintln!("{fault}");
    }
    Err(Failure::because(format!(
        "{} against the house's order (house.toml says what may use what)",
        found.len()
    )))
}

fn faults(root: &std::path::Path) -> Outcome<Vec<String>> {
    let house = House::read(&root.join("house.toml")).doing("reading house.toml")?;
    let mut found = order::crates(root, &house).doing("reading the crates' manifests")?;
    for (name, rooms) in &house.rooms {
        let at = root.join("crates").join(name).join("src/lib.rs");
        let wing = Wing::read(&at).doing(format!("reading the crate {name}"))?;
        found.extend(order::modules(name, &wing, rooms));
        found.extend(graph::circles(name, &wing));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// A crate of these files, and what is wrong with it.
    fn faults_of(files: &[(&str, &str)], order: &[&str]) -> Vec<String> {
        let dir = tempfile::tempdir().unwrap();
        let src = dir.path().join("crates/it/src");
        for (name, text) in files {
            let path = src.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let manifest = "[package]\nname = \"it\"\n";
        fs::write(dir.path().join("crates/it/Cargo.toml"), manifest).unwrap();
        let rooms: Vec<String> = order.iter().map(|r| format!("{r:?}")).collect();
        let house = format!("[crates]\nit = []\n[rooms]\nit = [{}]\n", rooms.join(", "));
        fs::write(dir.path().join("house.toml"), house).unwrap();
        faults(dir.path()).unwrap()
    }

    const LIB: (&str, &str) = ("lib.rs", "mod ground;\nmod upper;\n");

    #[test]
    fn what_goes_down_the_order_is_in_order() {
        let files = [
            LIB,
            ("ground.rs", "pub struct Stone;"),
            ("upper/mod.rs", "mod beam;\npub use beam::Beam;\n"),
            (
                "upper/beam.rs",
                "use crate::ground::Stone;\npub struct Beam(Stone);",
            ),
        ];
        assert!(faults_of(&files, &["ground", "upper"]).is_empty());
        // a module that the order does not name, and one that is not there
        assert_eq!(faults_of(&files, &["ground"]).len(), 1);
        assert_eq!(faults_of(&files, &["ground", "upper", "attic"]).len(), 1);
    }

    #[test]
    fn what_goes_up_is_named_however_it_is_written() {
        for way in [
            "use crate::upper::Beam;",
            "use crate::{upper::{self, Beam}};",
            "fn f() { let _ = crate::upper::Beam; }",
            "use super::upper; fn f() { upper::Beam; }",
            "macro_rules! m { () => { $crate::upper::Beam } }",
        ] {
            let files = [LIB, ("ground.rs", way), ("upper.rs", "pub struct Beam;")];
            let found = faults_of(&files, &["ground", "upper"]);
            assert_eq!(found.len(), 1, "{way}: {found:?}");
            assert!(found[0].contains("ground") && found[0].contains("upper"));
        }
        // in tests a module may use what it likes
        let tests = "#[cfg(test)]\nmod tests { use crate::upper::Beam; }";
        let files = [LIB, ("ground.rs", tests), ("upper.rs", "pub struct Beam;")];
        assert!(faults_of(&files, &["ground", "upper"]).is_empty());
    }

    #[test]
    fn files_of_one_module_make_no_circle() {
        let face = "mod one;\nmod other;\npub use one::One;\npub use other::Other;\n";
        let files = [
            ("lib.rs", "mod room;\n"),
            ("room/mod.rs", face),
            ("room/one.rs", "use super::Other;\npub struct One(Other);"),
            ("room/other.rs", "pub struct Other;"),
        ];
        assert!(faults_of(&files, &["room"]).is_empty());
        let mut circle = files;
        circle[3].1 = "use super::One;\npub struct Other(Option<Box<One>>);";
        let found = faults_of(&circle, &["room"]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("one") && found[0].contains("other"));
        // a face that does something with what stands behind it, which uses the face
        let mut face = files;
        face[1].1 =
            "mod one;\nmod other;\npub use other::Other;\nuse one::One;\npub struct Face(One);\n";
        face[2].1 = "use super::{Face, Other};\npub struct One(Other, Option<Box<Face>>);";
        assert_eq!(faults_of(&face, &["room"]).len(), 1);
    }
}
