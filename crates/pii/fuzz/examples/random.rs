//! Drives the fuzz targets without libFuzzer: `random [SECONDS] [SEED]`.
//!
//! Texts are put together from fragments of values, labels, masks and separators, and from texts
//! of the development corpus with pieces cut out and put in. A panic shows the seed of its text.

use std::{
    env,
    panic::catch_unwind,
    process::ExitCode,
    time::{Duration, Instant},
};

use agent_assist_pii_fuzz::{mask_twice, scan};
use fastrand::Rng;

const CORPUS: &str = include_str!("../../corpus/corpus.ndjson");

#[rustfmt::skip]
const FRAGMENTS: &[&str] = &[
    "4111", "1111", "4111 1111 1111 1111", "536-90-4399", "joe@x.org", "j***@x.org", "(977) 625-2661",
    "+44 20 7946 0123", "DE89 3704 0044 0532 0130 00", "X1234567L", "2019-11-06", "12/27", "0", "1", "7",
    "ssn", "card", "phone", "order", "password", "is", "PIN", "token", "Bearer", "eyJhbGciOi", "sk_live_",
    "-----BEGIN PRIVATE KEY-----", "born", "ending in", "last four", "hunter2", "code", "account", "call",
    "four", "one", "at", "dot", "double", "https://", "?token=", "&", "=", "&#52;", "&amp;", "%34", "\\u0034",
    "[", "]", "<", ">", "{", "}", "(", ")", "*", "**", "x", "XXXX", "#", "_", "-", ".", ",", ":", ";", "'", "\"",
    "`", "@", "/", "+", "|", "$", "?", "!", " ", " ", " ", "  ", "\n", "\t", "\r\n", "\u{A0}", "\u{200B}",
    "\u{FFFC}", "\u{301}", "é", "ß", "İ", "４", "٤", "手机号", "王", "💳", "[EMAIL_ADDRESS]", "Customer: ", "\0",
];

fn main() -> ExitCode {
    let mut args = env::args().skip(1);
    let seconds = args.next().and_then(|arg| arg.parse().ok()).unwrap_or(60);
    let mut seed: u64 = args.next().and_then(|arg| arg.parse().ok()).unwrap_or(0);
    let lines: Vec<&str> = CORPUS.lines().collect();
    let begun = Instant::now();
    let (mut texts, mut failures) = (0_u64, 0);
    while begun.elapsed() < Duration::from_secs(seconds) {
        let text = text(&mut Rng::with_seed(seed), &lines);
        for (name, target) in [("scan", scan as fn(&str)), ("mask", mask_twice)] {
            if catch_unwind(|| target(&text)).is_err() {
                eprintln!("{name} failed with seed {seed}");
                failures += 1;
            }
        }
        texts += 1;
        seed += 1;
    }
    println!("{texts} texts, {failures} failures");
    ExitCode::from(u8::from(failures > 0))
}

fn text(rng: &mut Rng, lines: &[&str]) -> String {
    let mut text = String::new();
    for _ in 0..rng.usize(1..24) {
        match rng.usize(..10) {
            0 => text.push(rng.char(..)),
            1 => {
                // A stretch of a line of the corpus, whatever it begins and ends with.
                let line = lines[rng.usize(..lines.len())];
                let from = line.floor_char_boundary(rng.usize(..line.len()));
                let to = line.floor_char_boundary(from + rng.usize(..60));
                text.push_str(line.get(from..to).unwrap_or_default());
            }
            2 => {
                for _ in 0..rng.usize(1..10) {
                    text.push(rng.digit(10));
                }
            }
            _ => text.push_str(FRAGMENTS[rng.usize(..FRAGMENTS.len())]),
        }
    }
    if rng.usize(..8) == 0 {
        text = text.repeat(rng.usize(2..6));
    }
    text
}
