//! Genesys Cloud as the weather has it: an in-process transport that answers, fails, throttles,
//! hangs and talks nonsense by chance.
//!
//! Every good answer has a serial number in each of its texts, so that of whatever is shown it can
//! be told when, to which question and about which conversation it was really given.

use std::collections::BTreeMap;
use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::ports::Clock as _;
use agent_assist_domain::time::Deadline;
use agent_assist_genesys::{Transport, TransportError, TransportErrorKind};
use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request, Response};
use tokio::time::{Instant, sleep};

use crate::content;
use crate::process::{Pulse, QUESTION, World};
use crate::setting::{
    CONVERSATIONS, Hint, Setting, Trouble, Weather, any_trouble, conversation_id,
};
use crate::trace::{Answered, Event, Sent};

/// How long a 429 without a hint closes a token's window.
const UNSAID: Duration = Duration::from_secs(2);

/// The upstream, whoever asks.
#[derive(Debug)]
pub(crate) struct Upstream {
    /// When each kind of weather ends, counted from the beginning of the cycle.
    forecast: Vec<(Duration, Weather)>,
    cycle: Duration,
    books: Mutex<Books>,
}

#[derive(Debug, Default)]
struct Books {
    sent: usize,
    serials: u32,
    grants: usize,
    tokens: BTreeMap<String, Grant>,
}

/// A token as the upstream knows it.
#[derive(Debug)]
struct Grant {
    made: Instant,
    minute: u64,
    used: u32,
}

impl Upstream {
    pub(crate) fn new(setting: &Setting) -> Self {
        let mut cycle = Duration::ZERO;
        let mut forecast = Vec::new();
        for (length, weather) in &setting.weather {
            cycle += *length;
            forecast.push((cycle, *weather));
        }
        Self {
            forecast,
            cycle,
            books: Mutex::default(),
        }
    }

    /// The weather after such a time, and for how long it has been so.
    fn weather(&self, elapsed: Duration) -> (Weather, Duration) {
        let rest = Duration::from_nanos((elapsed.as_nanos() % self.cycle.as_nanos()) as u64);
        let mut began = Duration::ZERO;
        for (end, weather) in &self.forecast {
            if rest < *end {
                return (*weather, rest - began);
            }
            began = *end;
        }
        (Weather::Fair(0.0), Duration::ZERO)
    }
}

/// The way of one process to the upstream.
#[derive(Debug)]
pub(crate) struct Line {
    process: usize,
    world: Arc<World>,
    pulse: Pulse,
}

/// What an answer says.
struct Said {
    response: Response<Bytes>,
    serial: Option<u32>,
    closes: Option<Duration>,
}

impl From<Response<Bytes>> for Said {
    fn from(response: Response<Bytes>) -> Self {
        Self {
            response,
            serial: None,
            closes: None,
        }
    }
}

type Outcome = Result<Said, (TransportError, Option<Duration>)>;

impl Line {
    pub(crate) fn new(process: usize, world: Arc<World>, pulse: Pulse) -> Self {
        Self {
            process,
            world,
            pulse,
        }
    }

    fn leave(&self, request: &Request<Bytes>, deadline: Deadline) -> Sent {
        let authorization = request.headers().get("authorization");
        let token = authorization
            .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
            .map(str::to_owned);
        let trace = &self.world.trace;
        let mut books = self.world.upstream.books.lock().unwrap();
        let sent = Sent {
            number: books.sent,
            process: self.process,
            question: QUESTION.try_with(|number| *number).ok(),
            target: format!("{} {}", request.method(), request.uri()),
            token,
            deadline: trace.time_of(deadline.instant().into()),
        };
        books.sent += 1;
        trace.note(Event::Sent(sent.clone()));
        sent
    }

    /// What is wrong with a call that comes now, if anything is.
    fn trouble(&self, sent: &Sent) -> Option<Trouble> {
        let world = &self.world;
        let chance = &world.chance;
        let (weather, since) = world.upstream.weather(world.trace.time_of(Instant::now()));
        let for_token = sent.token.is_none();
        let indigestible = world.setting.indigestible.filter(|(conversation, _)| {
            !for_token && sent.target.contains(&conversation_id(*conversation))
        });
        if let Some((_, trouble)) = indigestible {
            return Some(trouble);
        }
        match weather {
            Weather::Fair(share) => chance.happens(share).then(|| any_trouble(chance)),
            Weather::Outage(trouble) => Some(trouble),
            Weather::Storm(hint) => Some(Trouble::Throttled(hint)),
            Weather::NoTokens(trouble) => for_token.then_some(trouble),
            Weather::Revoked { client: true } if for_token => Some(Trouble::Status(401)),
            Weather::Revoked { .. } => {
                let token = sent.token.as_ref()?;
                let books = world.upstream.books.lock().unwrap();
                let old = books
                    .tokens
                    .get(token)
                    .is_none_or(|grant| grant.made.elapsed() > since);
                old.then_some(Trouble::Status(401))
            }
            Weather::Sluggish => None,
        }
    }

    async fn take_time(&self) {
        let chance = &self.world.chance;
        let now = self.world.trace.time_of(Instant::now());
        let (least, most) = match self.world.upstream.weather(now).0 {
            Weather::Sluggish => (500, 6_000),
            _ => (1, 200),
        };
        sleep(chance.between(least, most)).await;
        self.pulse.beats().await;
    }

    async fn outcome(&self, request: &Request<Bytes>, sent: &Sent) -> Outcome {
        let trouble = self.trouble(sent);
        self.take_time().await;
        match trouble {
            None => Ok(self.served(request, sent)),
            Some(Trouble::Hangs) => pending().await,
            Some(Trouble::Refused) => Err(failed(TransportErrorKind::Connect)),
            Some(Trouble::Broken) => Err(failed(TransportErrorKind::Interrupted)),
            Some(Trouble::BrokenBody(status)) => {
                let (error, _) = failed(TransportErrorKind::Interrupted);
                let head = content::answer(status, "").map(drop);
                Err((error.after(head), (status == 429).then_some(UNSAID)))
            }
            Some(Trouble::Status(status)) => Ok(content::error(status).into()),
            Some(Trouble::Throttled(_)) if sent.token.is_none() => {
                Ok(content::answer(400, content::TOKENS_THROTTLED).into())
            }
            Some(Trouble::Throttled(hint)) => Ok(self.throttled(hint)),
            Some(Trouble::Truncated) => Ok(content::answer(200, r#"{"entities":[{"id""#).into()),
            Some(Trouble::Nonsense) => Ok(content::answer(200, "<html>Hello</html>").into()),
        }
    }

    fn throttled(&self, hint: Hint) -> Said {
        let mut response = content::error(429);
        let closes = match hint {
            Hint::None => UNSAID,
            Hint::Seconds(seconds) => {
                response.headers_mut().insert("retry-after", seconds.into());
                Duration::from_secs(seconds.into())
            }
            Hint::Date(seconds) => {
                let now = self.world.trace.now();
                let (date, at) = content::http_date(now, seconds);
                response.headers_mut().insert("retry-after", date);
                at.since(now).unwrap_or_default()
            }
        };
        Said {
            response,
            serial: None,
            closes: Some(closes),
        }
    }

    /// The answer of an upstream that works.
    fn served(&self, request: &Request<Bytes>, sent: &Sent) -> Said {
        let setting = &self.world.setting;
        let mut books = self.world.upstream.books.lock().unwrap();
        let Some(token) = &sent.token else {
            books.grants += 1;
            let token = format!("token-{}", books.grants);
            let grant = Grant {
                made: Instant::now(),
                minute: 0,
                used: 0,
            };
            let body = content::grant(&token, setting.token_lifetime);
            books.tokens.insert(token, grant);
            return content::answer(200, &body).into();
        };
        let now = Instant::now();
        let minute = self.world.trace.time_of(now).as_secs() / 60;
        let known = books.tokens.get_mut(token);
        let Some(grant) = known.filter(|grant| grant.made.elapsed() < setting.token_lifetime)
        else {
            return content::error(401).into();
        };
        if grant.minute != minute {
            (grant.minute, grant.used) = (minute, 0);
        }
        let used = grant.used + 1;
        if used > setting.truly_allowed {
            drop(books);
            return self.throttled(Hint::Seconds(60 - (self.seconds() % 60) as u32));
        }
        grant.used = used;
        books.serials += 1;
        let serial = books.serials;
        drop(books);
        let reset = 60 - (self.seconds() % 60) as u32;
        let mut said = self.content(request, serial);
        content::report(&mut said.response, used, setting.truly_allowed, reset);
        said
    }

    fn seconds(&self) -> u64 {
        self.world.trace.time_of(Instant::now()).as_secs()
    }

    fn content(&self, request: &Request<Bytes>, serial: u32) -> Said {
        let chance = &self.world.chance;
        let path = request.uri().path();
        let target = request.uri().to_string();
        if path.contains("/limits/") {
            return content::answer(200, content::LIMITS).into();
        }
        if chance.happens(0.1) {
            return content::answer(200, r#"{"entities":[],"results":[]}"#).into();
        }
        let body = if *request.method() == Method::POST {
            content::documents(serial, chance)
        } else {
            let about = (0..CONVERSATIONS).find(|n| target.contains(&conversation_id(*n)));
            let about = about.expect("every question is about a conversation");
            match self.world.setting.dialect {
                Dialect::Recommendations => content::recommendations(about, serial, chance),
                Dialect::Suggestions => {
                    let more = !target.contains("after=") && chance.happens(0.3);
                    content::suggestions(about, serial, more.then_some(path), chance)
                }
            }
        };
        Said {
            serial: Some(serial),
            ..content::answer(200, &body).into()
        }
    }
}

fn failed(kind: TransportErrorKind) -> (TransportError, Option<Duration>) {
    (TransportError::new(kind), None)
}

#[async_trait]
impl Transport for Line {
    async fn call(
        &self,
        request: Request<Bytes>,
        deadline: Deadline,
    ) -> Result<Response<Bytes>, TransportError> {
        self.pulse.beats().await;
        let sent = self.leave(&request, deadline);
        let outcome = self.outcome(&request, &sent).await;
        let (status, serial, closes) = match &outcome {
            Ok(said) => (Some(said.response.status()), said.serial, said.closes),
            Err((error, closes)) => (error.head().map(Response::status), None, *closes),
        };
        self.world.trace.note(Event::Answered(Answered {
            sent: sent.number,
            status: status.map(|status| status.as_u16()),
            serial,
            closes,
        }));
        outcome
            .map(|said| said.response)
            .map_err(|(error, _)| error)
    }
}
