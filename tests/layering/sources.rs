//! The source files of the crates, and their lines of code.
//!
//! It knows comments and unit test modules by how rustfmt lays them out, and nothing else of the
//! language.

use std::fs;

use crate::root;

/// The lines of code below `folder` that `forbidden` finds, given path and line; comments and unit
/// tests are not asked about.
pub(crate) fn lines_of(folder: &str, forbidden: impl Fn(&str, &str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    let sources = sources(folder).into_iter();
    for (path, source) in sources.filter(|(path, _)| !path.ends_with("/tests.rs")) {
        let mut in_tests = false;
        for (index, line) in source.lines().enumerate() {
            in_tests |= line == "#[cfg(test)]";
            let code = line.trim_start();
            if !in_tests && !code.starts_with("//") && forbidden(&path, line) {
                found.push(format!("{path}:{}: {code}", index + 1));
            }
            // The test item ends with the next line at the margin that closes one.
            let at_margin = code.len() == line.len();
            in_tests &= !(at_margin && line.ends_with(['}', ';']));
        }
    }
    found
}

/// Whether `line` has `word` as a whole identifier.
pub(crate) fn mentions(line: &str, word: &str) -> bool {
    line.split(|c: char| !c.is_alphanumeric() && c != '_')
        .any(|identifier| identifier == word)
}

/// Whether `file` is the module at `path` (without `.rs`) or one below it.
pub(crate) fn in_module(file: &str, path: &str) -> bool {
    let rest = file.strip_prefix(path);
    rest.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
}

/// Path from the root and content of every source file of every crate.
pub(crate) fn all_sources() -> Vec<(String, String)> {
    let crates = fs::read_dir(root().join("crates")).expect("crates/");
    crates
        .map(|entry| entry.expect("an entry").file_name())
        .flat_map(|name| sources(&format!("crates/{}/src", name.display())))
        .collect()
}

/// Path from the root and content of every Rust file below `folder`.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let source = fs::read_to_string(&path).expect("a source file");
                let path = path.strip_prefix(root()).expect("below the root");
                files.push((path.display().to_string(), source));
            }
        }
    }
    assert!(!files.is_empty(), "{folder} has no sources");
    files.sort();
    files
}
