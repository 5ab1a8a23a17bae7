//! Paths in Rust source, read from its tokens: in `use` lines, in code and in macros alike.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// A path as it is written, `crate::a::B`; a `use` of several is several.
pub type Path = Vec<String>;

/// What a file says of modules and of other files.
#[derive(Debug, Default)]
pub struct Said {
    /// Modules that it declares and that lie in files, but for those of tests.
    pub modules: Vec<String>,
    /// What it hands on under a name: `pub use`.
    pub handed_on: Vec<Named>,
    /// What it uses under a name: `use`.
    pub used: Vec<Named>,
    /// Paths with two parts at least, in code.
    pub paths: Vec<Path>,
}

/// A path and the name that it has here.
#[derive(Debug, Clone)]
pub struct Named {
    /// The name; `*` where all of it is meant.
    pub name: String,
    /// The path.
    pub path: Path,
}

impl Said {
    /// Reads a file's tokens.
    pub fn of(tokens: TokenStream) -> Self {
        let mut said = Self::default();
        said.items(tokens.into_iter().collect());
        said
    }

    fn items(&mut self, tokens: Vec<TokenTree>) {
        let mut at = 0;
        let mut of_tests = false;
        let mut public = false;
        while let Some(token) = tokens.get(at) {
            match token {
                TokenTree::Punct(p) if p.as_char() == '#' => {
                    if let Some(TokenTree::Group(attribute)) = tokens.get(at + 1) {
                        of_tests |= is_cfg_test(attribute);
                        at += 2;
                        continue;
                    }
                }
                TokenTree::Ident(word) if of_tests && word != "pub" => {
                    at = end_of_item(&tokens, at);
                    (of_tests, public) = (false, false);
                    continue;
                }
                TokenTree::Ident(word) if word == "pub" => {
                    public = true;
                    // pub(crate)
                    let scope = matches!(tokens.get(at + 1),
                        Some(TokenTree::Group(g)) if g.delimiter() == Delimiter::Parenthesis);
                    at += 1 + usize::from(scope);
                    continue;
                }
                TokenTree::Ident(word) if word == "use" => {
                    let end = end_of_item(&tokens, at);
                    let leaves = use_tree(&tokens[at + 1..end - 1]);
                    if public {
                        self.handed_on.extend(leaves);
                    } else {
                        self.used.extend(leaves);
                    }
                    (at, public) = (end, false);
                    continue;
                }
                TokenTree::Ident(word) if word == "mod" => {
                    if let (Some(TokenTree::Ident(name)), Some(TokenTree::Punct(p))) =
                        (tokens.get(at + 1), tokens.get(at + 2))
                        && p.as_char() == ';'
                    {
                        self.modules.push(name.to_string());
                    }
                    at += 2;
                    public = false;
                    continue;
                }
                TokenTree::Ident(_) => {
                    let (path, next) = path_at(&tokens, at);
                    if path.len() > 1 {
                        self.paths.push(path);
                    }
                    (at, public) = (next, false);
                    continue;
                }
                TokenTree::Group(group) => {
                    self.items(group.stream().into_iter().collect());
                    public = false;
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
            at += 1;
        }
    }
}

/// Whether an attribute says that what follows is for tests.
fn is_cfg_test(attribute: &Group) -> bool {
    let text = attribute.stream().to_string().replace(' ', "");
    text.starts_with("cfg(") && text.contains("test") && !text.contains("not(test)")
}

/// Where the item that begins here has ended: behind its `;` or its braces.
fn end_of_item(tokens: &[TokenTree], from: usize) -> usize {
    let mut at = from;
    let is_use = matches!(tokens.get(from), Some(TokenTree::Ident(word)) if word == "use");
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token {
            TokenTree::Punct(p) if p.as_char() == ';' => return at,
            TokenTree::Group(g) if g.delimiter() == Delimiter::Brace && !is_use => return at,
            _ => {}
        }
    }
    at
}

/// The path that begins with the word here, and where it has ended.
fn path_at(tokens: &[TokenTree], from: usize) -> (Path, usize) {
    let mut path = Path::new();
    let mut at = from;
    while let Some(TokenTree::Ident(word)) = tokens.get(at) {
        path.push(word.to_string());
        at += 1;
        if !is_path_separator(tokens, at) {
            break;
        }
        at += 2;
    }
    (path, at)
}

fn is_path_separator(tokens: &[TokenTree], at: usize) -> bool {
    let colon =
        |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(p)) if p.as_char() == ':');
    colon(at) && colon(at + 1)
}

/// What a `use` brings: each leaf with its name here.
fn use_tree(tokens: &[TokenTree]) -> Vec<Named> {
    let mut at = 0;
    let mut prefix = Path::new();
    while let Some(token) = tokens.get(at) {
        match token {
            TokenTree::Ident(word) if word == "as" => {
                let alias = tokens.get(at + 1).map(ToString::to_string);
                return named(prefix, alias);
            }
            TokenTree::Ident(word) => prefix.push(word.to_string()),
            TokenTree::Punct(p) if p.as_char() == '*' => {
                return vec![Named {
                    name: "*".to_owned(),
                    path: prefix,
                }];
            }
            TokenTree::Group(group) => {
                let inside: Vec<TokenTree> = group.stream().into_iter().collect();
                let parts =
                    inside.split(|t| matches!(t, TokenTree::Punct(p) if p.as_char() == ','));
                let leaves = parts.filter(|part| !part.is_empty()).flat_map(use_tree);
                return leaves
                    .map(|leaf| {
                        let itself = leaf.path == ["self"];
                        let rest = if itself { Vec::new() } else { leaf.path };
                        let path: Path = prefix.iter().cloned().chain(rest).collect();
                        let name = match (itself && leaf.name == "self", prefix.last()) {
                            (true, Some(last)) => last.clone(),
                            _ => leaf.name,
                        };
                        Named { name, path }
                    })
                    .collect();
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
        at += 1;
    }
    named(prefix, None)
}

fn named(path: Path, alias: Option<String>) -> Vec<Named> {
    let Some(last) = path.last().cloned() else {
        return Vec::new();
    };
    vec![Named {
        name: alias.unwrap_or(last),
        path,
    }]
}
