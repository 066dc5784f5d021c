//! What is wrong with a policy, where, and what to do.

use std::fmt;

/// Why a policy cannot be used: all its mistakes at once.
///
/// Names keys and rules of the policy, never an entry of an allow list or a keyword.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyError {
    mistakes: Vec<Mistake>,
}

/// One mistake in a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Where: a key such as `operators.CVV`, a rule such as `rules.loyalty.regex`, or the line and
    /// column of a file that cannot be read at all.
    pub at: String,
    /// What is wrong, and what to do.
    pub problem: String,
}

impl PolicyError {
    /// The mistakes, in the order of the policy. At least one.
    #[must_use]
    pub fn mistakes(&self) -> &[Mistake] {
        &self.mistakes
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, mistake) in self.mistakes.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{mistake}")?;
        }
        Ok(())
    }
}

impl std::error::Error for PolicyError {}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.problem)
    }
}

/// The mistakes found so far.
#[derive(Debug, Default)]
pub(crate) struct Mistakes(Vec<Mistake>);

impl Mistakes {
    pub(crate) fn push(&mut self, at: impl Into<String>, problem: impl Into<String>) {
        self.0.push(Mistake {
            at: at.into(),
            problem: problem.into(),
        });
    }

    /// `Ok` if there are none.
    pub(crate) fn into_result(self) -> Result<(), PolicyError> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(PolicyError { mistakes: self.0 })
        }
    }
}

/// A policy that cannot be read.
impl From<Mistake> for PolicyError {
    fn from(mistake: Mistake) -> Self {
        Self {
            mistakes: vec![mistake],
        }
    }
}
