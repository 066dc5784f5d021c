//! The architecture, held by a test: which crate may know which, and what must be absent where.
//!
//! Arrows are read from `cargo metadata`; absences from the sources, line by line. Whoever adds a
//! crate or an arrow says so in the tables here. It judges text, not types: what the compiler and
//! clippy can hold is left to them.

#[path = "layering/packages.rs"]
mod packages;
#[path = "layering/sources.rs"]
mod sources;

use std::path::{Path, PathBuf};

use packages::packages;
use sources::{all_sources, in_module, lines_of, mentions};

/// Each of our packages, and which of ours it may depend on.
const ARROWS: &[(&str, &[&str])] = &[
    (
        "agent-assist",
        &[
            "agent-assist-app",
            "agent-assist-domain",
            "agent-assist-http",
            "agent-assist-pii",
            "agent-assist-sandbox",
            "agent-assist-tlog",
        ],
    ),
    (
        "agent-assist-app",
        &[
            "agent-assist-domain",
            "agent-assist-genesys",
            "agent-assist-sqlite",
            "agent-assist-tlog",
            "agent-assist-webhook",
        ],
    ),
    (
        "agent-assist-bench",
        &[
            "agent-assist-app",
            "agent-assist-domain",
            "agent-assist-genesys",
            "agent-assist-genesys-wire",
            "agent-assist-pii",
            "agent-assist-sqlite",
            "agent-assist-testkit",
        ],
    ),
    ("agent-assist-domain", &["agent-assist-pii"]),
    (
        "agent-assist-genesys",
        &["agent-assist-domain", "agent-assist-genesys-wire"],
    ),
    ("agent-assist-genesys-wire", &[]),
    (
        "agent-assist-http",
        &[
            "agent-assist-app",
            "agent-assist-domain",
            "agent-assist-genesys-wire",
        ],
    ),
    ("agent-assist-pii", &[]),
    ("agent-assist-sandbox", &["agent-assist-genesys-wire"]),
    (
        "agent-assist-sqlite",
        &["agent-assist-domain", "agent-assist-tlog"],
    ),
    (
        "agent-assist-testkit",
        &["agent-assist-domain", "agent-assist-tlog"],
    ),
    (END_TO_END, &[]),
    ("agent-assist-tlog", &[]),
    ("agent-assist-webhook", &["agent-assist-domain"]),
];

/// What every package's tests and examples may use beside that.
const FOR_TESTS: &[&str] = &["agent-assist-sandbox", "agent-assist-testkit"];

/// The package of the end-to-end tests, which may use everything to test it.
const END_TO_END: &str = "agent-assist-tests";

/// The libraries of the packages that are kept pure.
const LIBRARIES: &[(&str, &[&str])] = &[
    (
        "agent-assist-domain",
        &[
            "async-trait",
            "base64",
            "chacha20poly1305",
            "hex",
            "hmac",
            "mockall",
            "serde",
            "sha2",
            "thiserror",
        ],
    ),
    (
        "agent-assist-pii",
        &[
            "aho-corasick",
            "hex",
            "hmac",
            "memchr",
            "quick_cache",
            "regex-automata",
            "rlibphonenumber",
            "rustc-hash",
            "regex-syntax",
            "serde",
            "sha2",
            "sha3",
            "siphasher",
            "toml",
            "wide",
            "zeroize",
        ],
    ),
    (
        "agent-assist-tlog",
        &[
            "base64",
            "ed25519-dalek",
            "hex",
            "sha2",
            "thiserror",
            "zeroize",
        ],
    ),
];

/// What only these packages may depend on, outside their tests.
const RESERVED: &[(&str, &[&str])] = &[
    (
        "reqwest",
        &[
            "agent-assist-bench",
            "agent-assist-genesys",
            "agent-assist-webhook",
        ],
    ),
    ("rusqlite", &["agent-assist-sqlite"]),
    ("sqlx", &["agent-assist-sqlite"]),
    ("agent-assist-sandbox", &["agent-assist"]),
    ("agent-assist-testkit", &["agent-assist-bench"]),
];

/// The most lines of a source file.
const MAX_LINES: usize = 600;

#[test]
fn every_arrow_between_our_packages_is_in_the_plan() {
    let packages = packages();
    let ours: Vec<&str> = packages.iter().map(|package| &*package.name).collect();
    let mut breaches = Vec::new();
    for package in &packages {
        let allowed = row(ARROWS, &package.name).unwrap_or_default();
        for dependency in &package.dependencies {
            let name = &*dependency.name;
            let tested = dependency.section == "dev-dependencies"
                && (FOR_TESTS.contains(&name) || package.name == END_TO_END);
            if ours.contains(&name) && !allowed.contains(&name) && !tested {
                let at = package.line_of(dependency);
                breaches.push(format!("{at}: {} must not know {name}", package.name));
            }
        }
    }
    none("the plan has no such arrow", &breaches);
}

#[test]
fn the_plan_names_the_packages_that_exist() {
    let names: Vec<String> = packages().into_iter().map(|package| package.name).collect();
    let planned: Vec<&str> = ARROWS.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, planned, "existing (left) against planned (right)");
}

#[test]
fn pure_packages_use_the_listed_libraries_only() {
    let mut breaches = Vec::new();
    for package in packages() {
        let Some(libraries) = row(LIBRARIES, &package.name) else {
            continue;
        };
        for dependency in package.dependencies_in_use() {
            let name = &*dependency.name;
            if row(ARROWS, name).is_none() && !libraries.contains(&name) {
                breaches.push(format!("{}: {name}", package.line_of(dependency)));
            }
        }
    }
    none("no library for a pure package", &breaches);
}

#[test]
fn http_sql_and_test_tools_stay_where_they_belong() {
    let mut breaches = Vec::new();
    for package in packages() {
        for dependency in package.dependencies_in_use() {
            if let Some(users) = row(RESERVED, &dependency.name)
                && !users.contains(&&*package.name)
            {
                let at = package.line_of(dependency);
                breaches.push(format!("{at}: {} is for {users:?}", dependency.name));
            }
        }
    }
    none("not for this package", &breaches);
}

#[test]
fn the_command_line_is_the_only_binary_beside_the_bench() {
    let mut binaries = Vec::new();
    for package in packages() {
        let names = package.binaries.iter();
        binaries.extend(names.map(|name| format!("{}: {name}", package.manifest)));
    }
    assert_eq!(
        binaries,
        [
            "crates/cli/Cargo.toml: agent-assist",
            "bench/Cargo.toml: agent-assist-bench"
        ]
    );
}

#[test]
fn every_package_takes_the_workspace_lints() {
    let breaches: Vec<String> = packages()
        .into_iter()
        .filter(|package| !package.text().contains("[lints]\nworkspace = true"))
        .map(|package| package.manifest)
        .collect();
    none("the manifest lacks `[lints] workspace = true`", &breaches);
}

#[test]
fn the_domain_awaits_nothing() {
    let breaches = lines_of("crates/domain/src", |_, line| line.contains(".await"));
    none("awaiting is the shell's work", &breaches);
}

#[test]
fn the_domain_serialises_the_public_answer_and_parses_nothing() {
    let breaches = lines_of("crates/domain/src", |file, line| {
        let public = in_module(file, "crates/domain/src/answer");
        mentions(line, "serde") && !public
            || mentions(line, "serde_json")
            || mentions(line, "Deserialize")
    });
    none("formats are not the domain's affair", &breaches);
}

#[test]
fn only_the_wiring_names_adapters() {
    let breaches = lines_of("crates/app/src", |file, line| {
        let wiring = in_module(file, "crates/app/src/wire");
        let adapters = [
            "agent_assist_genesys",
            "agent_assist_sqlite",
            "agent_assist_webhook",
        ];
        !wiring && adapters.iter().any(|adapter| mentions(line, adapter))
    });
    none("use cases know ports, not adapters", &breaches);
}

#[test]
fn every_lint_that_is_allowed_has_its_reason() {
    let mut breaches = Vec::new();
    for (path, source) in all_sources() {
        for (at, _) in source.match_indices("allow(") {
            let open = source[..at].rsplit_once('#').map_or("", |(_, open)| open);
            let in_attribute = open.starts_with(['[', '!']) && !open.contains(']');
            let attribute = source[at..].split(")]").next().unwrap_or_default();
            if in_attribute && !attribute.contains("reason = ") {
                let line = source[..at].matches('\n').count() + 1;
                breaches.push(format!("{path}:{line}: {attribute})"));
            }
        }
    }
    none("an allowed lint needs `reason = \"..\"`", &breaches);
}

#[test]
fn no_source_file_is_too_long_to_read() {
    let mut breaches = Vec::new();
    for (path, source) in all_sources() {
        let lines = source.lines().count();
        if lines > MAX_LINES {
            breaches.push(format!("{path}:{lines}: at most {MAX_LINES} lines"));
        }
    }
    none("split by purpose", &breaches);
}

fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().expect("the workspace's root").to_owned()
}

fn row<'a>(table: &'a [(&str, &'a [&'a str])], name: &str) -> Option<&'a [&'a str]> {
    let found = table.iter().find(|(key, _)| *key == name);
    found.map(|(_, values)| *values)
}

#[track_caller]
fn none(rule: &str, breaches: &[String]) {
    assert!(breaches.is_empty(), "{rule}:\n{}", breaches.join("\n"));
}
