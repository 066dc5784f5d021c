//! Processes that are killed while they tell an upstream over HTTP, which counts what it is sent.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use agent_assist_app::settings::Sources;
use agent_assist_app::wire::{self, SqliteStore};
use agent_assist_domain::ports::Outbox as _;
use agent_assist_sandbox::{Sandbox, SandboxConfig};

use super::*;

/// Names the folder of a child, where its upstream is, and the time that its clock shows.
const FOLDER: &str = "AGENT_ASSIST_TEST_FOLDER";
const UPSTREAM_AT: &str = "AGENT_ASSIST_TEST_UPSTREAM";
const NOW: &str = "AGENT_ASSIST_TEST_NOW";

/// How often processes are killed; with `AGENT_ASSIST_TEST_EVENT_KILLS` as often as it says.
const KILLS: u32 = 20;

/// What is engaged with between two of them.
const ENGAGED: usize = 6;

async fn forwarder(folder: &Path, upstream: &str, now: Timestamp) -> (Deliverer, SqliteStore) {
    let store = SqliteStore::open(&folder.join("store.db"))
        .await
        .expect("open");
    // As every program does that opens a store: what was left open is ended as unknown.
    store.settle(now).await.expect("settle");
    let [base, client, secret] = upstream
        .split(' ')
        .collect::<Vec<_>>()
        .try_into()
        .expect("three words");
    let sources = Sources {
        flags: vec![
            ("upstream.api_base", base.to_owned(), "--api-base"),
            ("upstream.report_engagements", "true".to_owned(), "a test"),
        ],
        environment: [
            ("GENESYSCLOUD_OAUTHCLIENT_ID".to_owned(), client.to_owned()),
            (
                "GENESYSCLOUD_OAUTHCLIENT_SECRET".to_owned(),
                secret.to_owned(),
            ),
            ("HOME".to_owned(), folder.display().to_string()),
        ]
        .into(),
        ..Sources::default()
    };
    let settings = sources.load().expect("settings").settings;
    let shared = Arc::new(store.clone());
    let parts = EventParts {
        tenant: TENANT.to_owned(),
        trail: shared.clone(),
        audit: shared.clone(),
        outbox: shared.clone(),
        sinks: Vec::new(),
        upstream: Some(Upstream {
            reporter: wire::reporter(&settings)
                .expect("a client")
                .expect("it is told"),
            ledger: shared,
        }),
        clock: Arc::new(ManualClock::at(now)),
        egress: last_look(),
        bell: Bell::default(),
    };
    (Deliverer::new(parts, || 0.5), store)
}

#[test]
#[ignore = "for the children of another test"]
fn child_that_tells() {
    let variable = |name| std::env::var(name).expect("a child of a test");
    let now = Timestamp::from_micros(variable(NOW).parse().expect("a time"));
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let (folder, upstream) = (variable(FOLDER), variable(UPSTREAM_AT));
        let (deliverer, _store) = forwarder(Path::new(&folder), &upstream, now).await;
        say("ready");
        deliverer
            .run(&tokio_util::sync::CancellationToken::new())
            .await;
    });
}

#[allow(clippy::print_stdout, reason = "the parent reads it")]
fn say(line: &str) {
    println!("{line}");
}

fn child(folder: &Path, upstream: &str, now: Timestamp) -> Child {
    Command::new(std::env::current_exe().expect("this binary"))
        .args([
            "--exact",
            "events::forwarding::processes::child_that_tells",
            "--ignored",
            "--nocapture",
        ])
        .env(FOLDER, folder)
        .env(UPSTREAM_AT, upstream)
        .env(NOW, now.as_micros().to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a child")
}

/// POSTs that reached the upstream and were not refused unread, by their path.
fn heard(sandbox: &Sandbox) -> BTreeMap<String, Vec<Option<u16>>> {
    let mut heard = BTreeMap::<String, Vec<Option<u16>>>::new();
    let journal = sandbox.journal();
    for entry in journal.iter().filter(|entry| entry.route == "engagement") {
        if !matches!(entry.status, Some(429 | 503)) {
            heard
                .entry(entry.path.clone())
                .or_default()
                .push(entry.status);
        }
    }
    heard
}

#[test]
fn an_upstream_is_told_once_however_often_those_who_tell_it_are_killed() {
    let folder = tempfile::tempdir().expect("a folder");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let sandbox = runtime
        .block_on(Sandbox::start(SandboxConfig::default()))
        .expect("a sandbox");
    let ready = sandbox.ready();
    let upstream = format!(
        "{} {} {}",
        ready.base_url, ready.client_id, ready.client_secret
    );
    // Long enough to be killed in the middle of a call; some are throttled, and some go wrong.
    for rule in [
        "delay=15ms",
        "status=503,probability=0.15",
        "status=500,probability=0.05",
    ] {
        sandbox.add_fault(format!("engagement:{rule}").parse().expect("a rule"));
    }
    let now = |kills: u32| ManualClock::START.plus(LEASE_OVER * kills);
    let wanted = std::env::var("AGENT_ASSIST_TEST_EVENT_KILLS").ok();
    let wanted = wanted.map_or(KILLS, |kills| kills.parse().expect("a number"));
    let mut chance = fastrand::Rng::with_seed(6);
    let (mut engaged, mut kills) = (0, 0);
    let mut engage = async |store: &SqliteStore| {
        for _ in 0..ENGAGED {
            // Nobody suggested it, so it is refused in the end: what counts is who was told.
            let item = format!("item-{engaged}");
            engaged += 1;
            let fact = facts(&item, &item, EngagementKind::Copied);
            let fact = AuditFact::RecommendationAdopted(fact);
            store.append(&entry(fact)).await.expect("append");
        }
    };
    runtime.block_on(async {
        let store = SqliteStore::open(&folder.path().join("store.db"))
            .await
            .expect("open");
        switch_forwarding(&store, &store, &store, TENANT, true, now(0))
            .await
            .expect("on");
        engage(&store).await;
        store.close().await;
    });
    while kills < wanted {
        let before: usize = heard(&sandbox).values().map(Vec::len).sum();
        let mut child = child(folder.path(), &upstream, now(kills));
        let mut output = BufReader::new(child.stdout.take().expect("its output"));
        let mut line = String::new();
        while !line.contains("ready") {
            line.clear();
            assert!(output.read_line(&mut line).expect("a line") > 0, "it ended");
        }
        // Killed before the first call, among them, or behind the last.
        let after = before + chance.usize(0..ENGAGED);
        let patience = Duration::from_secs(2);
        runtime.block_on(async {
            let enough = async {
                while heard(&sandbox).values().map(Vec::len).sum::<usize>() < after {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                tokio::time::sleep(Duration::from_micros(chance.u64(0..20_000))).await;
            };
            // Some have little left to tell.
            let _ = tokio::time::timeout(patience, enough).await;
        });
        child.kill().expect("kill");
        child.wait().expect("its end");
        kills += 1;
        runtime.block_on(async {
            let store = SqliteStore::open(&folder.path().join("store.db"))
                .await
                .expect("open");
            engage(&store).await;
            store.close().await;
        });
    }
    sandbox.clear_faults();
    let dead = runtime.block_on(async {
        for days in 1.. {
            let now = now(kills).plus(RETRY_OVER * days);
            let (deliverer, store) = forwarder(folder.path(), &upstream, now).await;
            let by = Instant::now() + Duration::from_secs(600);
            let told = deliverer.drain(by).await.expect("drain").remove(0);
            assert_eq!(told.held, None);
            let dead = store.dead(&format!("{TENANT}/{UPSTREAM}"), 0, 10_000).await;
            store.close().await;
            if told.waiting == 0 {
                return dead.expect("what was given up");
            }
        }
        unreachable!("numbers end")
    });
    let heard = heard(&sandbox);
    for (path, statuses) in &heard {
        assert_eq!(statuses.len(), 1, "{path} was told {statuses:?}");
    }
    let unknown = dead
        .iter()
        .filter(|dead| dead.why.starts_with("not known"))
        .count();
    let refused = dead
        .iter()
        .filter(|dead| dead.why.starts_with("status 404"))
        .count();
    let ended = dead
        .iter()
        .filter(|dead| dead.why == "refused before")
        .count();
    assert_eq!(unknown + refused + ended, engaged, "{dead:#?}");
    assert!(
        heard.len() + unknown >= engaged,
        "{} of {engaged} heard",
        heard.len()
    );
    assert!(
        unknown > 0 && refused > 0,
        "nobody was killed in time: {unknown} unknown"
    );
    told(kills, engaged, heard.len(), unknown);
}

#[allow(
    clippy::print_stderr,
    reason = "figures for whoever runs it with --nocapture"
)]
fn told(kills: u32, engaged: usize, heard: usize, unknown: usize) {
    eprintln!("{kills} kills, {engaged} engagements, {heard} heard, {unknown} given up as unknown");
}
