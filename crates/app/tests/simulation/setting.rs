//! What a seed stands for: how the gateway is set, what weather there is upstream, and what happens
//! to whom when.

use std::time::Duration;

use agent_assist_domain::assist::SwitchScope;
use agent_assist_domain::breaker::BreakerPolicy;
use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::freshness::FreshnessPolicy;
use agent_assist_domain::session_health::PausePolicy;

use crate::chance::Chance;
use crate::stores::Temper;

/// Conversations of a run; the first are asked about most.
pub(crate) const CONVERSATIONS: usize = 6;
/// Sessions of each conversation.
const SESSIONS: usize = 2;
/// Things that happen in a run.
const STEPS: usize = 48;

/// A run before it begins.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    pub(crate) dialect: Dialect,
    pub(crate) tokens: u8,
    pub(crate) requests_per_minute: u32,
    /// Requests a minute that the upstream really allows each token.
    pub(crate) truly_allowed: u32,
    pub(crate) token_lifetime: Duration,
    pub(crate) freshness: FreshnessPolicy,
    pub(crate) breaker: BreakerPolicy,
    pub(crate) pause: PausePolicy,
    pub(crate) stand_in_sources: bool,
    pub(crate) knowledge_search: bool,
    pub(crate) strict_audit: bool,
    pub(crate) tempers: Tempers,
    /// The weather, over and over again.
    pub(crate) weather: Vec<(Duration, Weather)>,
    /// A conversation that the upstream cannot digest, whatever the weather.
    pub(crate) indigestible: Option<(usize, Trouble)>,
    pub(crate) script: Vec<Step>,
}

/// How reliable each store is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tempers {
    pub(crate) cache: Temper,
    pub(crate) audit: Temper,
    pub(crate) ledger: Temper,
    pub(crate) switch: Temper,
}

/// How the upstream is, for a while.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Weather {
    /// Such a share of the calls has some trouble.
    Fair(f64),
    /// Every call has this trouble.
    Outage(Trouble),
    /// Every call is throttled.
    Storm(Hint),
    /// Answers take seconds.
    Sluggish,
    /// The token endpoint has this trouble, the rest none.
    NoTokens(Trouble),
    /// Tokens granted before are refused; the client itself is not, or is.
    Revoked { client: bool },
}

/// What may become of a call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Trouble {
    Status(u16),
    /// 429, or what the token endpoint says instead.
    Throttled(Hint),
    /// No connection.
    Refused,
    /// The connection breaks before the answer, or after its head.
    Broken,
    BrokenBody(u16),
    /// No answer ever.
    Hangs,
    /// A body that ends early.
    Truncated,
    /// A body that means nothing.
    Nonsense,
}

/// What throttling says about the wait.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Hint {
    None,
    Seconds(u32),
    /// A date so many seconds ahead.
    Date(u32),
}

/// Something that happens after a pause.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) pause: Duration,
    pub(crate) deed: Deed,
}

#[derive(Clone, Debug)]
pub(crate) enum Deed {
    Ask(Errand),
    /// The conversation is watched for so many answers.
    Watch(Errand, u32),
    /// An operator of another process switches assist off, for so long or until told, or on.
    SwitchOff(SwitchScope, Option<Duration>),
    SwitchOn(SwitchScope),
    /// The answers of this conversation, or all, are forgotten.
    Forget(Option<usize>),
    Restart(Restart),
}

/// How a process gives way to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Restart {
    /// It dies.
    Crash,
    /// It ends what it has begun, beside its successor.
    Drain,
}

/// A request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Errand {
    pub(crate) conversation: usize,
    pub(crate) session: usize,
    pub(crate) timeout: Duration,
    /// After how long the caller goes away, if it does before the answer.
    pub(crate) patience: Option<Duration>,
    pub(crate) use_cache: bool,
    pub(crate) valid: bool,
    pub(crate) names_queue: bool,
    pub(crate) has_query: bool,
}

/// The name of a conversation: a UUID, as the suggestions dialect wants it.
pub(crate) fn conversation_id(number: usize) -> String {
    format!("8d7c1c2e-3a74-4f5b-9d2e-0c5a1f6b7e0{number}")
}

/// The name of a session of a conversation.
pub(crate) fn session_id(conversation: usize, session: usize) -> String {
    format!("session-{conversation}-{session}")
}

/// The name of the queue of a conversation.
pub(crate) fn queue_id(conversation: usize) -> String {
    format!("queue-{}", conversation % 2)
}

impl Setting {
    /// The run that `chance` has in store.
    pub(crate) fn drawn(chance: &Chance) -> Self {
        let indigestible = chance.happens(0.4).then(|| {
            let refused = chance.one_of(&[Trouble::Status(400), Trouble::Status(413)]);
            (
                chance.low(CONVERSATIONS),
                chance.one_of(&[refused, any_trouble(chance)]),
            )
        });
        Self {
            dialect: chance.one_of(&Dialect::ALL),
            tokens: chance.one_of(&[1, 1, 2, 3]),
            requests_per_minute: chance.one_of(&[300, 300, 300, 12]),
            truly_allowed: chance.one_of(&[300, 300, 15]),
            token_lifetime: chance.one_of(&[86_400, 300, 30].map(Duration::from_secs)),
            freshness: freshness(chance),
            breaker: BreakerPolicy {
                consecutive_failures: chance.one_of(&[5, 5, 3, 1_000]),
                min_calls: chance.one_of(&[20, 10]),
                ..BreakerPolicy::default()
            },
            pause: PausePolicy {
                pause: chance.one_of(&[300, 30].map(Duration::from_secs)),
                ..PausePolicy::default()
            },
            stand_in_sources: chance.happens(0.5),
            knowledge_search: chance.happens(0.5),
            strict_audit: chance.happens(0.2),
            tempers: Tempers {
                cache: temper(chance),
                audit: temper(chance),
                ledger: temper(chance),
                switch: temper(chance),
            },
            weather: (0..12).map(|_| spell(chance)).collect(),
            indigestible,
            script: (0..STEPS).map(|_| step(chance)).collect(),
        }
    }
}

fn freshness(chance: &Chance) -> FreshnessPolicy {
    let seconds = |options: &[u64]| Duration::from_secs(chance.one_of(options));
    FreshnessPolicy {
        ttl: seconds(&[15, 15, 4]),
        negative_ttl: seconds(&[5, 1]),
        stale_while_revalidate: seconds(&[15, 15, 0]),
        stale_if_error: seconds(&[900, 900, 40, 0]),
    }
}

/// Most stores are steady; a moody one fails a little, is slow a little, or both.
fn temper(chance: &Chance) -> Temper {
    if chance.happens(0.6) {
        return Temper::default();
    }
    Temper {
        failing: chance.one_of(&[0.0, 0.05, 0.3]),
        slow: chance.one_of(&[0.0, 0.1, 0.3]),
        delay: chance.one_of(&[20, 500, 4_000].map(Duration::from_millis)),
    }
}

fn spell(chance: &Chance) -> (Duration, Weather) {
    let weather = match chance.below(14) {
        0..6 => Weather::Fair(0.03),
        6 => Weather::Fair(0.5),
        7..9 => Weather::Outage(any_trouble(chance)),
        9..11 => Weather::Storm(hint(chance)),
        11 => Weather::Sluggish,
        12 => Weather::NoTokens(any_trouble(chance)),
        _ => Weather::Revoked {
            client: chance.happens(0.3),
        },
    };
    (chance.between(1_000, 40_000), weather)
}

/// Any trouble, throttling among it.
pub(crate) fn any_trouble(chance: &Chance) -> Trouble {
    match chance.below(13) {
        0 => Trouble::Status(500),
        1 => Trouble::Status(502),
        2 => Trouble::Status(503),
        3 => Trouble::Status(504),
        4 => Trouble::Status(408),
        5 => Trouble::Status(400),
        6 => Trouble::Throttled(hint(chance)),
        7 => Trouble::Refused,
        8 => Trouble::Broken,
        9 => Trouble::BrokenBody(chance.one_of(&[200, 401, 429, 500, 503])),
        10 => Trouble::Hangs,
        11 => Trouble::Truncated,
        _ => Trouble::Nonsense,
    }
}

fn hint(chance: &Chance) -> Hint {
    match chance.below(6) {
        0..2 => Hint::None,
        2 => Hint::Date(1 + chance.below(20) as u32),
        3 => Hint::Seconds(200),
        _ => Hint::Seconds(chance.below(15) as u32),
    }
}

fn step(chance: &Chance) -> Step {
    let pause = match chance.below(100) {
        0..60 => chance.between(0, 300),
        60..84 => chance.between(1_000, 5_000),
        84..97 => chance.between(8_000, 40_000),
        _ => chance.between(120_000, 1_000_000),
    };
    let deed = match chance.below(100) {
        0..84 => Deed::Ask(errand(chance)),
        84..87 => Deed::Watch(errand(chance), 2 + chance.below(3) as u32),
        87..90 => {
            let until = chance.happens(0.5).then(|| chance.between(500, 30_000));
            Deed::SwitchOff(scope(chance), until)
        }
        90..95 => Deed::SwitchOn(scope(chance)),
        95..97 => Deed::Forget(chance.happens(0.5).then(|| chance.low(CONVERSATIONS))),
        _ => Deed::Restart(chance.one_of(&[Restart::Crash, Restart::Drain])),
    };
    Step { pause, deed }
}

fn scope(chance: &Chance) -> SwitchScope {
    let conversation = chance.low(CONVERSATIONS);
    match chance.below(3) {
        0 => SwitchScope::Everything,
        1 => SwitchScope::Queue(queue_id(conversation)),
        _ => SwitchScope::Session(session_id(conversation, chance.low(SESSIONS))),
    }
}

fn errand(chance: &Chance) -> Errand {
    let timeout = match chance.below(10) {
        0 => chance.between(0, 300),
        1..3 => chance.between(300, 2_000),
        3..9 => Duration::from_secs(3),
        _ => chance.between(5_000, 15_000),
    };
    Errand {
        conversation: chance.low(CONVERSATIONS),
        session: chance.low(SESSIONS),
        timeout,
        patience: chance.happens(0.12).then(|| chance.between(0, 1_500)),
        use_cache: !chance.happens(0.08),
        valid: !chance.happens(0.03),
        names_queue: chance.happens(0.5),
        has_query: chance.happens(0.3),
    }
}
