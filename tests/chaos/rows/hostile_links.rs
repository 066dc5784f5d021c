//! Links and redirects that lead elsewhere. Whoever listens there must never hear from us.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use agent_assist_domain::dialect::Dialect;
use tokio::net::TcpListener;

use crate::Scale;
use crate::bench::{Asked, Bench, Setting, without_breaker};
use crate::trail;
use crate::verdict::Verdict;

/// Elsewhere: counts who comes.
struct Trap {
    port: u16,
    visits: Arc<AtomicUsize>,
}

impl Trap {
    async fn set() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let visits = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&visits);
        tokio::spawn(async move {
            while listener.accept().await.is_ok() {
                counted.fetch_add(1, Ordering::Relaxed);
            }
        });
        Self { port, visits }
    }

    fn visits(&self) -> usize {
        self.visits.load(Ordering::Relaxed)
    }
}

/// Links that lead to the trap or by another way to the sandbox. The sandbox has no TLS, so a
/// scheme that changes is `https` here.
fn links(own: &str, trap: u16) -> Vec<String> {
    let path = "/api/v2/conversations/x/suggestions?after=y";
    vec![
        format!("http://127.0.0.1:{trap}{path}"),
        format!("//127.0.0.1:{trap}{path}"),
        format!("/\\127.0.0.1:{trap}{path}"),
        format!("\\\\127.0.0.1:{trap}{path}"),
        format!("\\/127.0.0.1:{trap}{path}"),
        format!("http:/\\127.0.0.1:{trap}{path}"),
        format!("HTTP://127.0.0.1:{trap}{path}"),
        format!("https://127.0.0.1:{trap}{path}"),
        format!("https://{own}{path}"),
        format!("ftp://{own}{path}"),
        format!("http://{own}@127.0.0.1:{trap}{path}"),
        format!("http://user:password@127.0.0.1:{trap}{path}"),
        format!("http://user:password@{own}{path}"),
        format!("http://user@{own}{path}"),
        format!("http://localhost:{trap}{path}"),
        format!("http://127.1:{trap}{path}"),
        format!("http://2130706433:{trap}{path}"),
        format!("http://[::1]:{trap}{path}"),
        "file:///etc/passwd".to_owned(),
        "javascript:alert(1)".to_owned(),
    ]
}

pub(super) async fn run(_: Scale) -> Verdict {
    let trap = Trap::set().await;
    let mut faults = Vec::new();
    let next = next_links(&trap, &mut faults).await;
    let redirects = redirects(&trap, &mut faults).await;
    let tried = next + redirects;
    let mut verdict = Verdict::of(format!("{next} links, {redirects} redirects"));
    verdict.survived(tried - faults.len().min(tried));
    verdict.none("followed, uncounted or unlabelled", &faults);
    verdict.exactly("connections to elsewhere", trap.visits(), 0);
    verdict
}

/// Each link as the next page: one page is read, and the link counted.
async fn next_links(trap: &Trap, faults: &mut Vec<String>) -> usize {
    let bench = Bench::start(Dialect::Suggestions, []).await;
    let links = links(own(&bench), trap.port);
    for link in &links {
        bench.faults([format!("suggestions:next={}", quoted(link))]);
        let (visits, before) = (trap.visits(), bench.sandbox.journal().len());
        let asked = bench.ask_anew(bench.question(0)).await;
        bench.sandbox.clear_faults();
        let read = bench.sandbox.journal().split_off(before);
        // The first of all needed a token, too.
        let pages = read.iter().filter(|entry| entry.route != "token").count();
        let counted = refused_links(&bench, &asked).await;
        if !asked.is_fresh() || pages != 1 || counted != [1] || trap.visits() != visits {
            let label = asked.fault();
            faults.push(format!(
                "next {link}: {label}, {pages} pages, counted {counted:?}"
            ));
        }
    }
    links.len()
}

/// The refused links in the records of a request.
async fn refused_links(bench: &Bench, asked: &Asked) -> Vec<u64> {
    let Ok(outcome) = &asked.outcome else {
        return Vec::new();
    };
    if outcome.screened.oddities().refused_links != 1 {
        return Vec::new();
    }
    let records = bench.records_of_request(outcome.answer.request_id()).await;
    let refused = |record| trail::fetch(record)["oddities"]["refused_links"].as_u64();
    records.iter().filter_map(refused).collect()
}

/// Each link as a redirect, of a question and of a token request: one request, an answer that says
/// so, or an error where it concerns the credentials.
async fn redirects(trap: &Trap, faults: &mut Vec<String>) -> usize {
    let mut tried = 0;
    for (dialect, route) in [
        (Dialect::Recommendations, "recommendations"),
        (Dialect::Suggestions, "suggestions"),
        (Dialect::Suggestions, "token"),
    ] {
        let bench = Bench::start(dialect, without_pauses()).await;
        // Characters that no header can carry are another row's business.
        for (n, link) in links(own(&bench), trap.port).iter().enumerate() {
            let status = [301, 302, 303, 307, 308][n % 5];
            bench.faults([format!(
                "{route}:status={status},header={}",
                quoted(&format!("Location:{link}"))
            )]);
            let (visits, before) = (trap.visits(), bench.requests(route));
            let asked = bench.ask_anew(bench.question(n)).await;
            bench.sandbox.clear_faults();
            let requests = bench.requests(route) - before;
            let labelled = asked.is_labelled() && !asked.shows_something();
            if !labelled || requests != 1 || trap.visits() != visits {
                let label = asked.fault();
                faults.push(format!(
                    "{route} {status} {link}: {label}, {requests} requests"
                ));
            }
            tried += 1;
        }
    }
    tried
}

/// Whatever fails, each request is made.
fn without_pauses() -> impl IntoIterator<Item = Setting> {
    let pauses = ("pause.failures", "100".to_owned());
    without_breaker().into_iter().chain([pauses])
}

/// Host and port of the sandbox.
fn own(bench: &Bench) -> &str {
    bench.sandbox.base_url().trim_start_matches("http://")
}

/// `text` as a value of a fault rule.
fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{text}\"")
}
