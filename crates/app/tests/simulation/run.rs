//! Plays one seed from beginning to end, on a clock that jumps over all waiting.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use agent_assist_app::fetch::{FetchError, FetchOptions, FetchOutcome, FetchService};
use agent_assist_domain::assist::{SwitchCause, SwitchChange, SwitchScope, SwitchState};
use agent_assist_domain::cache::CacheScope;
use agent_assist_domain::payload::{RawField, RawRequest};
use agent_assist_domain::ports::{AssistSwitch as _, Clock as _};
use tokio::runtime::Builder;
use tokio::time::{sleep, timeout};

use crate::TENANT;
use crate::chance::Chance;
use crate::content::serial_in;
use crate::process::{ASKER, Asker, Process, World};
use crate::setting::{Deed, Errand, Restart, Setting, conversation_id, queue_id, session_id};
use crate::trace::{End, Event, Moment, Reply, Shown};

/// Longer than anything that goes on by itself at the end of a run.
const AFTERMATH: Duration = Duration::from_secs(90);

/// A run that is over.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) setting: Setting,
    pub(crate) moments: Vec<Moment>,
}

impl Run {
    /// Plays `seed`.
    pub(crate) fn of(seed: u64) -> Self {
        let chance = Chance::new(seed);
        let setting = Setting::drawn(&chance);
        let runtime = Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        let moments = runtime.block_on(async {
            let world = World::new(setting.clone(), chance);
            Play::new(&world).play_out().await;
            world.trace.moments()
        });
        Self { setting, moments }
    }

    /// The whole trace, one line for each moment.
    pub(crate) fn text(&self) -> Vec<String> {
        self.moments.iter().map(Moment::to_string).collect()
    }
}

/// A run that is going on.
struct Play {
    world: Arc<World>,
    process: Process,
    /// Processes that have given way, and may still end what they began.
    former: Vec<Process>,
    requests: usize,
}

impl Play {
    fn new(world: &Arc<World>) -> Self {
        Self {
            world: Arc::clone(world),
            process: Process::start(0, world),
            former: Vec::new(),
            requests: 0,
        }
    }

    async fn play_out(mut self) {
        for step in self.world.setting.script.clone() {
            sleep(step.pause).await;
            self.act(step.deed).await;
        }
        sleep(AFTERMATH).await;
    }

    async fn act(&mut self, deed: Deed) {
        match deed {
            Deed::Ask(errand) => self.ask(errand),
            Deed::Watch(errand, answers) => self.watch(errand, answers),
            Deed::SwitchOff(scope, pause) => {
                let until = pause.map(|pause| self.world.trace.now().plus(pause));
                self.switch(scope, SwitchState::Off { until }).await;
            }
            Deed::SwitchOn(scope) => self.switch(scope, SwitchState::On).await,
            Deed::Forget(conversation) => self.forget(conversation),
            Deed::Restart(restart) => self.restart(restart),
        }
    }

    fn ask(&mut self, errand: Errand) {
        let (service, world) = (self.process.service.clone(), Arc::clone(&self.world));
        let (request, asker) = self.next(errand);
        let caller = tokio::spawn(ASKER.scope(asker, async move {
            let patience = errand.patience.unwrap_or(Duration::MAX);
            let fetch = service.fetch(raw(errand), options(errand));
            let event = match timeout(patience, fetch).await {
                Ok(outcome) => Event::Ended(request, end(outcome)),
                Err(_) => Event::GaveUp(request),
            };
            world.trace.note(event);
        }));
        self.process.callers.push(caller.abort_handle());
    }

    fn watch(&mut self, errand: Errand, answers: u32) {
        let mut watch = self.process.service.watch(raw(errand), options(errand));
        let askers: Vec<_> = (0..answers).map(|_| self.next(errand)).collect();
        let world = Arc::clone(&self.world);
        let caller = tokio::spawn(async move {
            for (request, asker) in askers {
                let outcome = ASKER.scope(asker, watch.next()).await;
                world.trace.note(Event::Ended(request, end(outcome)));
            }
        });
        self.process.callers.push(caller.abort_handle());
    }

    /// The number of the next request, and who asks.
    fn next(&mut self, errand: Errand) -> (usize, Asker) {
        let request = self.requests;
        self.requests += 1;
        let asker = Asker {
            request,
            process: self.process.number,
            conversation: conversation_id(errand.conversation),
            timeout: errand.timeout,
            has_id: Cell::new(false),
        };
        (request, asker)
    }

    /// Turns a switch as another process does: in the store.
    async fn switch(&self, scope: SwitchScope, to: SwitchState) {
        let change = SwitchChange {
            at: self.world.trace.now(),
            scope,
            to,
            cause: SwitchCause::Operator,
            by: None,
        };
        let switch = &self.world.stores.switch;
        switch.set(TENANT, &change).await.unwrap();
        self.world.trace.note(Event::Switched(change));
    }

    fn forget(&self, conversation: Option<usize>) {
        let scope = conversation.map_or(CacheScope::All, |conversation| CacheScope::Conversation {
            tenant: TENANT.to_owned(),
            conversation_id: conversation_id(conversation),
        });
        let service: FetchService = self.process.service.clone();
        self.world.trace.remark(format!("forget {scope:?}"));
        tokio::spawn(async move { service.invalidate(&scope).await.map(drop) });
    }

    fn restart(&mut self, restart: Restart) {
        let next = Process::start(self.process.number + 1, &self.world);
        let mut last = std::mem::replace(&mut self.process, next);
        match restart {
            Restart::Crash => last.crash(),
            Restart::Drain => {
                let service = last.service.clone();
                tokio::spawn(async move { service.shut_down(Duration::from_secs(30)).await });
            }
        }
        self.former.push(last);
    }
}

fn options(errand: Errand) -> FetchOptions {
    FetchOptions {
        timeout: errand.timeout,
        use_cache: errand.use_cache,
    }
}

fn raw(errand: Errand) -> RawRequest {
    let text = |text: String| RawField::Text(text);
    RawRequest {
        session_id: text(session_id(errand.conversation, errand.session)),
        conversation_id: text(conversation_id(errand.conversation)),
        knowledge_source_ids: vec![text("kb-1".to_owned())],
        limit: match errand.valid {
            true => RawField::Absent,
            false => text("as many as there are".to_owned()),
        },
        queue_id: match errand.names_queue {
            true => text(queue_id(errand.conversation)),
            false => RawField::Absent,
        },
        query: match errand.has_query {
            true => text("refund".to_owned()),
            false => RawField::Absent,
        },
        ..RawRequest::default()
    }
}

fn end(outcome: Result<FetchOutcome, FetchError>) -> End {
    match outcome {
        Ok(outcome) => End::Answer(reply(&outcome)),
        Err(FetchError::Invalid(_)) => End::Invalid,
        Err(FetchError::Source(error)) => End::Source(error.kind()),
        Err(FetchError::Denied(_)) => unreachable!("nobody is limited here"),
        Err(FetchError::Record(_)) => End::NoRecord,
    }
}

fn reply(outcome: &FetchOutcome) -> Reply {
    let answer = &outcome.answer;
    let shown = answer.recommendations().iter().map(|item| Shown {
        id: item.id().to_owned(),
        serial: serial_in(item.text()),
    });
    Reply {
        request_id: answer.request_id().to_owned(),
        conversation: answer.conversation_id().to_owned(),
        cache: answer.cache(),
        degraded: answer.degradation().map(|degraded| degraded.reason()),
        empty: answer.empty_reason(),
        shown: shown.collect(),
        cause: outcome.cause.as_ref().map(|cause| cause.kind()),
    }
}
