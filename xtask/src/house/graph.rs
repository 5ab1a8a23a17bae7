//! Circles of files: each uses the next, and the last one the first.

use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;

use super::read::{Module, Wing};

/// Every circle of a crate's files, told with what ties it.
pub fn circles(name: &str, wing: &Wing) -> Vec<String> {
    let uses = wing.uses();
    let mut graph: DiGraphMap<&Module, ()> = DiGraphMap::new();
    for (from, all) in &uses {
        for to in all {
            graph.add_edge(*from, *to, ());
        }
    }
    let circles = tarjan_scc(&graph).into_iter().filter(|all| all.len() > 1);
    circles
        .map(|mut all| {
            all.sort();
            let ties: Vec<String> = all
                .iter()
                .flat_map(|from| all.iter().map(move |to| (*from, *to)))
                .filter(|(from, to)| graph.contains_edge(from, to))
                .map(|(from, to)| format!("    {} -> {}", written(from), written(to)))
                .collect();
            let files = all.len();
            format!("{name}: a circle of {files} files:\n{}", ties.join("\n"))
        })
        .collect()
}

/// A module's path as people write it.
pub fn written(module: &Module) -> String {
    if module.is_empty() {
        "the root".to_owned()
    } else {
        module.join("::")
    }
}
