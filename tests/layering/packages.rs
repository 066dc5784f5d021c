//! Our packages and what they depend on, as `cargo metadata` and the manifests say.
//!
//! Targets and features are not told apart: a dependency that is optional, or of one platform only,
//! counts like any other.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::root;

/// One of our packages, as `cargo metadata` gives it.
pub(crate) struct Package {
    pub(crate) name: String,
    /// Path of the manifest from the root.
    pub(crate) manifest: String,
    pub(crate) dependencies: Vec<Dependency>,
    /// Names of its binary targets.
    pub(crate) binaries: Vec<String>,
}

pub(crate) struct Dependency {
    pub(crate) name: String,
    /// The manifest's table: `dependencies`, `dev-dependencies` or `build-dependencies`.
    pub(crate) section: String,
}

impl Package {
    /// The manifest's content.
    pub(crate) fn text(&self) -> String {
        fs::read_to_string(root().join(&self.manifest)).expect("a manifest")
    }

    /// What is compiled into the package, not only into its tests.
    pub(crate) fn dependencies_in_use(&self) -> impl Iterator<Item = &Dependency> {
        let dependencies = self.dependencies.iter();
        dependencies.filter(|dependency| dependency.section != "dev-dependencies")
    }

    /// Where the manifest names `dependency`: `path:line`.
    pub(crate) fn line_of(&self, dependency: &Dependency) -> String {
        let manifest = self.text();
        let mut inside = false;
        let line = manifest.lines().position(|line| {
            if line.starts_with('[') {
                let table = line.trim_matches(['[', ']']);
                inside = table.split('.').any(|part| part == dependency.section);
            }
            inside
                && line
                    .split(['.', ' ', '=', ']'])
                    .any(|word| word == dependency.name)
        });
        let line = line.map_or(1, |index| index + 1);
        format!("{}:{line}", self.manifest)
    }
}

/// Every package of the workspace, by name.
pub(crate) fn packages() -> Vec<Package> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version=1"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo metadata: {errors}");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let mut packages: Vec<Package> = list(&metadata, "packages").iter().map(package).collect();
    packages.sort_by(|a, b| a.name.cmp(&b.name));
    packages
}

fn package(metadata: &Value) -> Package {
    let manifest = Path::new(text(metadata, "manifest_path"));
    let manifest = manifest.strip_prefix(root()).expect("below the root");
    let is_binary = |target: &&Value| list(target, "kind").iter().any(|kind| kind == "bin");
    let binaries = list(metadata, "targets").iter().filter(is_binary);
    Package {
        name: text(metadata, "name").to_owned(),
        manifest: manifest.display().to_string(),
        dependencies: list(metadata, "dependencies")
            .iter()
            .map(dependency)
            .collect(),
        binaries: binaries
            .map(|target| text(target, "name").to_owned())
            .collect(),
    }
}

fn dependency(metadata: &Value) -> Dependency {
    Dependency {
        name: text(metadata, "name").to_owned(),
        section: match metadata["kind"].as_str() {
            Some(kind) => format!("{kind}-dependencies"),
            None => "dependencies".to_owned(),
        },
    }
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().expect("a text")
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().expect("a list")
}
