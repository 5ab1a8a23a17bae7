//! A crate as its files: which module lies where, and which files each one uses.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path as FilePath, PathBuf};

use super::tokens::{Named, Path, Said};

/// A module's path from the crate's root; the root's is empty.
pub type Module = Vec<String>;

/// Re-exports that are followed one after the other before a path is taken for one that leads nowhere.
const FOLLOWED: usize = 8;

/// A crate's modules that lie in files.
#[derive(Debug, Default)]
pub struct Wing {
    said: BTreeMap<Module, Said>,
}

impl Wing {
    /// Reads a crate from its root file on, following its `mod` lines; modules of tests are left out.
    ///
    /// # Errors
    /// Where a file cannot be read, or is no Rust.
    pub fn read(root: &FilePath) -> io::Result<Self> {
        let mut wing = Self::default();
        let folder = root.parent().unwrap_or(root).to_owned();
        wing.read_module(Module::new(), root, &folder)?;
        Ok(wing)
    }

    fn read_module(
        &mut self,
        module: Module,
        file: &FilePath,
        children: &FilePath,
    ) -> io::Result<()> {
        let text = fs::read_to_string(file)?;
        let tokens = text
            .parse()
            .map_err(|e| io::Error::other(format!("{}: {e}", file.display())))?;
        let said = Said::of(tokens);
        let names = said.modules.clone();
        self.said.insert(module.clone(), said);
        for name in names {
            let (file, folder) = file_of(children, &name);
            if !file.exists() {
                // declared for one platform, or by another path
                continue;
            }
            let mut child = module.clone();
            child.push(name);
            self.read_module(child, &file, &folder)?;
        }
        Ok(())
    }

    /// All modules.
    pub fn modules(&self) -> impl Iterator<Item = &Module> {
        self.said.keys()
    }

    /// Which modules each one uses, itself left out. A face that only hands on what stands behind it uses nothing by that.
    pub fn uses(&self) -> BTreeMap<&Module, BTreeSet<&Module>> {
        let of = |module| (module, self.uses_of(module));
        self.said.keys().map(of).collect()
    }

    fn uses_of<'a>(&'a self, module: &'a Module) -> BTreeSet<&'a Module> {
        let Some(said) = self.said.get(module) else {
            return BTreeSet::new();
        };
        let handed_on = said.handed_on.iter().map(|named| &named.path);
        let used = said.used.iter().map(|named| &named.path);
        let inner = handed_on
            .filter_map(|path| self.target(module, path))
            .filter(|to| !to.starts_with(module));
        let found: BTreeSet<&Module> = used
            .chain(&said.paths)
            .filter_map(|path| self.target(module, path))
            .chain(inner)
            .collect();
        found.into_iter().filter(|to| *to != module).collect()
    }

    /// The module that a path of this module leads to; none where it leads out of the crate.
    fn target(&self, from: &Module, path: &Path) -> Option<&Module> {
        self.follow(from, path, FOLLOWED)
    }

    fn follow(&self, from: &Module, path: &Path, left: usize) -> Option<&Module> {
        let left = left.checked_sub(1)?;
        let (mut at, rest) = self.beginning(from, path, left)?;
        for (n, word) in rest.iter().enumerate() {
            let mut child = at.clone();
            child.push(word.clone());
            if let Some((child, _)) = self.said.get_key_value(&child) {
                at = child;
                continue;
            }
            // a name that this module hands on stands in another
            let handed_on = self.said.get(at)?.handed_on.iter();
            for named in handed_on.filter(|named| named.name == *word) {
                let whole: Path = named.path.iter().chain(&rest[n + 1..]).cloned().collect();
                if let Some(to) = self.follow(at, &whole, left) {
                    return Some(to);
                }
            }
            break;
        }
        Some(at)
    }

    /// Where a path begins, and what is left of it.
    fn beginning<'a, 'p>(
        &'a self,
        from: &Module,
        path: &'p [String],
        left: usize,
    ) -> Option<(&'a Module, &'p [String])> {
        let (from, said) = self.said.get_key_value(from)?;
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => Some((self.said.get_key_value(&Module::new())?.0, rest)),
            "self" => Some((from, rest)),
            "super" => {
                let mut above = from.clone();
                above.pop()?;
                let (above, _) = self.said.get_key_value(&above)?;
                if rest.first().is_some_and(|word| word == "super") {
                    return self.beginning(above, rest, left);
                }
                Some((above, rest))
            }
            word => {
                let mut child = from.clone();
                child.push(word.to_owned());
                if self.said.contains_key(&child) {
                    return Some((from, path));
                }
                // a name that was brought here by `use`
                let brought = said.used.iter().find(|Named { name, path }| {
                    name == word && path.first().is_some_and(|first| is_of_this_crate(first))
                })?;
                if rest.is_empty() {
                    return None;
                }
                Some((self.follow(from, &brought.path, left)?, rest))
            }
        }
    }
}

fn is_of_this_crate(first: &str) -> bool {
    ["crate", "self", "super"].contains(&first)
}

/// Where a module of this name lies, and the folder of those that it declares.
fn file_of(folder: &FilePath, name: &str) -> (PathBuf, PathBuf) {
    let children = folder.join(name);
    let face = children.join("mod.rs");
    let file = if face.exists() {
        face
    } else {
        folder.join(format!("{name}.rs"))
    };
    (file, children)
}
