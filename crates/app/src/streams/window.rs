//! The last events of a stream: as many as there is room for, and never fewer than it takes to say how
//! things stand.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::event::{Event, EventKind};

/// How much is kept of streams.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// Events of one at most.
    pub events: usize,
    /// Bytes of one at most.
    pub bytes: usize,
    /// Bytes of all together: where there are many, each has an equal share of that.
    pub bytes_of_all: usize,
}

/// A client gone for some minutes finds all that it missed; among some thousand streams that tell something
/// every second, one gone for some seconds does.
impl Default for Room {
    fn default() -> Self {
        Self {
            events: 64,
            bytes: 32 * 1024,
            bytes_of_all: 16 * 1024 * 1024,
        }
    }
}

/// A stream's share of the room for all; the others' grow when it is dropped.
#[derive(Debug)]
pub(super) struct Share(Arc<AtomicUsize>);

impl Share {
    /// Of one more among `streams`, which are so many.
    pub(super) fn among(streams: &Arc<AtomicUsize>) -> Self {
        streams.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(streams))
    }

    fn of(&self, bytes: usize) -> usize {
        bytes / self.0.load(Ordering::Relaxed).max(1)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The last events, in order and without a gap. Positions begin at 1.
#[derive(Debug)]
pub(super) struct Window {
    room: Room,
    share: Share,
    kept: VecDeque<Arc<Event>>,
    bytes: usize,
    /// Of the newest event; 0 before the first.
    newest: u64,
    /// Of the newest answer; 0 before the first.
    answer: u64,
}

/// Events behind a position are not kept any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gone;

impl Window {
    pub(super) fn new(room: Room, share: Share) -> Self {
        Self {
            room,
            share,
            kept: VecDeque::new(),
            bytes: 0,
            newest: 0,
            answer: 0,
        }
    }

    pub(super) fn newest(&self) -> u64 {
        self.newest
    }

    /// Keeps the next event, which `make` makes for its position. The oldest give way, but for the
    /// newest answer and what came behind it.
    pub(super) fn push(&mut self, make: impl FnOnce(u64) -> Event) {
        self.newest += 1;
        let event = make(self.newest);
        if event.kind == EventKind::Recommendations {
            self.answer = self.newest;
        }
        self.bytes += event.size();
        self.kept.push_back(Arc::new(event));
        while self.is_over() && self.oldest() < self.answer {
            if let Some(gone) = self.kept.pop_front() {
                self.bytes -= gone.size();
            }
        }
    }

    /// The event behind `position`, if there is one by now.
    ///
    /// # Errors
    /// If it is not kept any more.
    pub(super) fn behind(&self, position: u64) -> Result<Option<Arc<Event>>, Gone> {
        if position >= self.newest {
            return Ok(None);
        }
        let Some(ahead) = (position + 1).checked_sub(self.oldest()) else {
            return Err(Gone);
        };
        let found = usize::try_from(ahead).ok().and_then(|at| self.kept.get(at));
        Ok(found.cloned())
    }

    /// The position behind which how things stand is told: the newest answer, and what came behind it.
    pub(super) fn present(&self) -> u64 {
        self.answer.saturating_sub(1)
    }

    fn is_over(&self) -> bool {
        let share = self.share.of(self.room.bytes_of_all);
        self.kept.len() > self.room.events || self.bytes > self.room.bytes.min(share)
    }

    /// The position of the oldest event that is kept.
    fn oldest(&self) -> u64 {
        self.newest + 1 - self.kept.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::event::EventId;
    use super::*;

    fn told(window: &mut Window, kind: EventKind, length: usize) {
        window.push(|position| Event {
            id: EventId {
                hub: "h".into(),
                position,
            },
            kind,
            data: "x".repeat(length).into(),
            queue_id: None,
        });
    }

    /// The window of the only stream, of so much room.
    fn window(events: usize, bytes: usize) -> Window {
        let room = Room {
            events,
            bytes,
            ..Room::default()
        };
        Window::new(room, Share::among(&Arc::default()))
    }

    #[test]
    fn streams_share_the_room_for_all_and_get_it_back() {
        let streams = Arc::default();
        let room = Room {
            bytes_of_all: 32 * 1024,
            ..Room::default()
        };
        let mut first = Window::new(room, Share::among(&streams));
        let fill = |first: &mut Window| {
            (0..64).for_each(|_| told(first, EventKind::Recommendations, 2_000));
            first.bytes / 1024
        };
        let alone = fill(&mut first);
        let others: Vec<Share> = (0..3).map(|_| Share::among(&streams)).collect();
        let among_four = fill(&mut first);
        drop(others);
        assert_eq!((alone, among_four, fill(&mut first)), (30, 6, 30));
    }

    proptest! {
        #[test]
        fn whoever_reads_on_gets_every_event_once_or_is_told_that_some_are_gone(
            events in prop::collection::vec((0..4_usize, 0..400_usize), 1..100),
            from in 0..100_u64, most in 1..20_usize, bytes in 1..2_000_usize,
        ) {
            let mut window = window(most, bytes);
            for (kind, length) in &events {
                told(&mut window, EventKind::ALL[*kind], *length);
            }
            let newest = events.len() as u64;
            let mut read = Vec::new();
            let mut at = from;
            let gone = loop {
                match window.behind(at) {
                    Ok(Some(event)) => {
                        prop_assert_eq!(event.id.position, at + 1);
                        at += 1;
                        read.push(at);
                    }
                    Ok(None) => break false,
                    Err(Gone) => break true,
                }
            };
            if gone {
                prop_assert!(read.is_empty(), "a gap in the middle");
            } else {
                prop_assert_eq!(read, (from + 1..=newest).collect::<Vec<_>>());
            }
            // How things stand is always there.
            let last = events.iter().rposition(|(kind, _)| *kind == 0);
            let present = window.behind(window.present());
            prop_assert!(present.is_ok());
            if let (Some(last), Ok(Some(event))) = (last, present) {
                prop_assert_eq!(event.id.position, last as u64 + 1);
            }
        }

        #[test]
        fn answers_alone_never_take_more_than_their_room_but_for_the_newest(
            lengths in prop::collection::vec(0..400_usize, 1..100),
            most in 1..20_usize, bytes in 1..2_000_usize,
        ) {
            let mut window = window(most, bytes);
            for length in lengths {
                told(&mut window, EventKind::Recommendations, length);
                prop_assert!(window.kept.len() == 1 || !window.is_over());
            }
        }
    }
}
