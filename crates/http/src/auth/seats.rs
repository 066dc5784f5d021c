//! How many streams there may be: in all, and of one key with its tokens. Each holds a connection for as
//! long as it likes, so a rate does not bound them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use metrics::gauge;

/// Places for streams. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Seats(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    most: usize,
    most_of_key: usize,
    taken: Mutex<HashMap<String, usize>>,
}

/// A place that is taken until this is dropped.
#[derive(Debug)]
pub(crate) struct Seat {
    seats: Seats,
    key_id: String,
}

/// There is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoSeat {
    /// For this key.
    OfKey,
    /// For anybody.
    AtAll,
}

impl Seats {
    /// So many in all, and so many of one key.
    pub(crate) fn new(most: usize, most_of_key: usize) -> Self {
        Self(Arc::new(Inner {
            most,
            most_of_key,
            taken: Mutex::default(),
        }))
    }

    /// Takes one of this key's.
    ///
    /// # Errors
    /// If there is none.
    pub(crate) fn take(&self, key_id: &str) -> Result<Seat, NoSeat> {
        let mut taken = self.taken();
        let of_key = taken.get(key_id).copied().unwrap_or_default();
        if of_key >= self.0.most_of_key {
            return Err(NoSeat::OfKey);
        }
        // Those who hold a place are few beside what they read.
        if taken.values().sum::<usize>() >= self.0.most {
            return Err(NoSeat::AtAll);
        }
        taken.insert(key_id.to_owned(), of_key + 1);
        gauge!("agent_assist_streams").increment(1.0);
        Ok(Seat {
            seats: self.clone(),
            key_id: key_id.to_owned(),
        })
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.taken();
        if let Some(of_key) = taken.get_mut(&self.key_id) {
            *of_key -= 1;
            if *of_key == 0 {
                taken.remove(&self.key_id);
            }
        }
        gauge!("agent_assist_streams").decrement(1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_that_was_left_can_be_taken_again() {
        let seats = Seats::new(3, 2);
        let (first, _second) = (seats.take("a"), seats.take("a"));
        assert_eq!(seats.take("a").expect_err("two are all"), NoSeat::OfKey);
        let _third = seats.take("b").expect("a place");
        assert_eq!(seats.take("c").expect_err("three are all"), NoSeat::AtAll);
        drop(first);
        let _again = seats.take("a").expect("a place");
        assert_eq!(seats.take("c").expect_err("three are all"), NoSeat::AtAll);
    }
}
