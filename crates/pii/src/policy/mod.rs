//! What is looked for, how sure a find must be, and what becomes of it.
//!
//! A [`Policy`] is plain data. It is read from TOML by [`Policy::from_toml`], checked by
//! [`Policy::check`] and put into effect by [`Scanner::with_policy`](crate::Scanner::with_policy).

mod check;
mod error;
mod fingerprint;
mod locale;
mod reading;

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

pub(crate) use error::Mistakes;
pub use error::{Mistake, PolicyError};
pub use locale::{Locale, LocaleError};

use crate::{AllowList, Confidence, Entity, Operators, rules::own::OwnRule};

/// What a [`Scanner`](crate::Scanner) looks for, and what becomes of its finds.
///
/// The default looks for everything, has no rules of the user's own, allows nothing and masks by
/// tags. In TOML every key may be left out:
///
/// ```
/// use agent_assist_pii::{Entity, Policy, Scanner};
///
/// let policy = Policy::from_toml(
///     r#"
///     threshold = 60                       # percent; thresholds.PHONE_NUMBER = 40 for one entity
///     without = ["UK_POSTCODE"]            # or entities = [...]: these and no others
///     locales = ["US", "GB"]               # no national identifiers of other countries
///
///     [allow]                              # contacts of one's own, which stay readable
///     phones = ["+1 800 555 0199"]
///     domains = ["example.com"]
///
///     [operators]
///     default = "tag"                      # or "redact", "token", { partial = 4 }
///     CREDIT_CARD = { partial = 4 }
///
///     [[rules]]
///     name = "loyalty"
///     entity = "LOYALTY_CARD"
///     regex = '\bLC-\d{8}\b'
///     keywords = ["loyalty card"]
///     "#,
/// )?;
/// let scanner = Scanner::with_policy(policy)?;
/// assert!(!scanner.policy().wants(&Entity::UkPostcode));
/// # Ok::<(), agent_assist_pii::PolicyError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// The least confidence of a find.
    pub threshold: Confidence,
    /// The same for single entities.
    pub thresholds: BTreeMap<Entity, Confidence>,
    /// Only these are looked for; `None` means all. Subject terms are found always.
    pub entities: Option<BTreeSet<Entity>>,
    /// These are not looked for.
    pub without: BTreeSet<Entity>,
    /// National identifiers of these countries only are looked for; `None` means of all.
    pub locales: Option<BTreeSet<Locale>>,
    /// The countries from which telephone numbers are written without a country code, the
    /// likeliest first. Empty means the usual ones.
    pub phone_regions: Vec<Locale>,
    /// The organisation's own contacts, which are not personal data.
    pub allow: AllowList,
    /// Rules of the user's own.
    pub rules: Vec<OwnRule>,
    /// How finds are masked.
    pub operators: Operators,
}

impl Policy {
    /// The least confidence of a find where a policy does not say otherwise.
    pub const DEFAULT_THRESHOLD: Confidence = Confidence::from_percent(50);

    /// Reads and checks a policy.
    ///
    /// # Errors
    /// If the text is no TOML, has a key that is not known or a value that does not fit, or if
    /// [`check`](Self::check) finds mistakes.
    pub fn from_toml(text: &str) -> Result<Self, PolicyError> {
        let policy = reading::read(text)?;
        policy.check()?;
        Ok(policy)
    }

    /// Whether the policy can be put into effect.
    ///
    /// # Errors
    /// Every mistake in it: rules that cannot work, names that nothing finds, operators that do
    /// not suit what they are for, entries of the allow list that would never match.
    pub fn check(&self) -> Result<(), PolicyError> {
        check::check(self)
    }

    /// SHA-256 over everything in the policy. Policies that differ in anything differ in this, so
    /// a verdict kept under one is never taken for a verdict under another.
    #[must_use]
    pub fn fingerprint(&self) -> [u8; 32] {
        fingerprint::of(self)
    }

    /// Whether `entity` is looked for.
    #[must_use]
    pub fn wants(&self, entity: &Entity) -> bool {
        self.entities
            .as_ref()
            .is_none_or(|wanted| wanted.contains(entity))
            && !self.without.contains(entity)
            && self.is_of_a_locale(entity)
    }

    /// How sure a find of `entity` must be.
    #[must_use]
    pub fn threshold(&self, entity: &Entity) -> Confidence {
        *self.thresholds.get(entity).unwrap_or(&self.threshold)
    }

    fn is_of_a_locale(&self, entity: &Entity) -> bool {
        match (&self.locales, entity.country()) {
            (Some(locales), Some(country)) => {
                locales.iter().any(|locale| locale.as_str() == country)
            }
            _ => true,
        }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            threshold: Self::DEFAULT_THRESHOLD,
            thresholds: BTreeMap::new(),
            entities: None,
            without: BTreeSet::new(),
            locales: None,
            phone_regions: Vec::new(),
            allow: AllowList::default(),
            rules: Vec::new(),
            operators: Operators::default(),
        }
    }
}
