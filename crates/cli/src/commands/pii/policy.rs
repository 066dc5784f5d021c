//! `pii policy`: the default policy, written so that somebody can begin from it.

use agent_assist_pii::{Entity, Policy};

/// What comes before the entities.
const HEAD: &str = "\
# What `agent-assist pii` looks for, and how it is masked: --policy FILE.
# Every line that begins with #, directly before a name, shows a default or an example; remove the
# # to set it. Unknown keys are refused.
";

const SECTIONS: &str = r##"
# National identifiers of these countries only (ISO 3166-1); see the table above. Default: of all.
#locales = ["US", "GB"]

# The countries from which telephone numbers are written without a country code, the likeliest
# first. Default: the usual ones.
#phone_regions = ["US", "GB"]

# Only these entities, default: all; and not these. Subject terms are found always.
#entities = ["CREDIT_CARD", "EMAIL_ADDRESS", "PHONE_NUMBER", "LOYALTY_CARD"]
#without = ["UK_POSTCODE"]
"##;
/// The policy, as TOML.
pub(super) fn template() -> String {
    let policy = Policy::default();
    let mut text = String::from(HEAD);
    text.push_str(SECTIONS);
    let _ = (policy, Entity::BUILT_IN);
    text
}
