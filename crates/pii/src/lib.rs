//! Finds and masks personal data in text.
//!
//! A sans-I/O library: text in, byte offsets out. It knows nothing of where a text came from or
//! where it goes, and it never logs or keeps one.
//!
//! ```
//! use agent_assist_pii::{Entity, Scanner, SubjectTerms, mask};
//!
//! let scanner = Scanner::new();
//! let customer = SubjectTerms::new(["Crystal Minh"]);
//!
//! let text = "Crystal  MINH wants the receipt at cminh730@email.com, order 3348917502.";
//! let findings = scanner.scan(text, &customer);
//! assert_eq!(findings[1].entity, Entity::EmailAddress);
//!
//! let masked = mask(text, &findings);
//! assert_eq!(
//!     masked.text(),
//!     "[SUBJECT_TERM] wants the receipt at [EMAIL_ADDRESS], order 3348917502."
//! );
//! // What has been masked is no longer personal data.
//! assert!(scanner.scan(masked.text(), &customer).is_empty());
//! ```
//!
//! # What it promises
//!
//! - No input makes it panic, and the time it takes grows linearly with the length of the text.
//! - Findings lie on character boundaries, are sorted and do not overlap. Where recognisers
//!   disagree, everything that any of them found is covered.
//! - Text that is masked already (`[EMAIL_ADDRESS]`, `XXX-XX-1234`, `j***@example.com`) is left
//!   alone, and the output of [`mask()`] scans clean.
//!
//! # How it works
//!
//! [`Scanner::scan`] does nothing for a text that holds no trigger, and asks only the rules of
//! secrets where nothing else can be. Any other text it folds: Unicode
//! digits, spaces and dashes become ASCII, invisible characters go, and what is masked already
//! becomes a barrier that hardly a rule looks across. Where escapes, markup, spoken words or broken
//! lines may hide a value, there are further readings of that neighbourhood. Rules propose spans in
//! each reading, by shape, check digits and the words around, and say how sure they are. What
//! passes the policy's threshold is masked, and the neighbourhood of every mask is looked at again.

mod allow;
pub mod checks;
mod clean_texts;
mod context;
mod entity;
mod explain;
mod finding;
mod mask;
mod policy;
mod receipt;
mod rules;
mod scanner;
mod trigger;
mod view;

pub use crate::{
    allow::AllowList,
    entity::{CustomEntity, Entity, EntityNameError},
    explain::{Considered, Explanation, Outcome},
    finding::{Confidence, Detector, Finding},
    mask::{Action, MaskedText, Operator, Operators, ValueHash, ValueKey, mask, mask_with},
    policy::{Locale, LocaleError, Mistake, Policy, PolicyError},
    receipt::{Receipt, receipts},
    rules::{own::OwnRule, subject::SubjectTerms},
    scanner::Scanner,
};

/// Version of the rules.
///
/// Changes whenever what is found, or how it is masked, changes. Put it into every cache key and
/// audit record that depends on a verdict of this crate.
pub const RULES_VERSION: u32 = 3;

/// Runs the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
