//! Bodies that no well-meaning upstream sends, each in both dialects, each followed by a sound one.

use std::fmt::Write as _;
use std::time::Duration;

use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::payload::{RawField, RawRequest};
use agent_assist_sandbox::HostileBody;

use super::LATE;
use crate::Scale;
use crate::bench::{Asked, Bench, without_breaker};
use crate::verdict::Verdict;

/// What must become of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// Not an answer in the right format: labelled `bad_format`.
    Unreadable,
    /// No whole answer, asked for again in vain: labelled `upstream_error`.
    Broken,
    /// Read, and every entity counted as malformed.
    AllMalformed,
    /// Read, some entities counted as malformed, the others good.
    SomeMalformed,
    /// Read, nothing in it counted as malformed.
    Whole,
}

use Fate::{AllMalformed, Broken, SomeMalformed, Unreadable, Whole};

/// What must become of each body, in recommendations and in suggestions.
const FATES: &[(Fate, Fate, &str)] = &[
    (
        Unreadable,
        Unreadable,
        "truncated malformed empty html html_as_json xml plain_text whitespace truncated_first \
         truncated_last truncated_string truncated_escape truncated_character truncated_number \
         truncated_entity null_bytes null number string array bare_entities empty_object wrong_type \
         entities_null entities_object entities_missing next_number next_object duplicate_keys \
         concatenated json_lines trailing_garbage leading_garbage trailing_comma comment \
         single_quotes bare_keys utf16 invalid_utf8 overlong_utf8 latin1 control_characters \
         bad_escape nan infinity negative_infinity leading_zeros hexadecimal oversized \
         oversized_space deep deep_objects deep_open gzip_bomb gzip_checksum gzip_false gzip_unsaid \
         gzip_twice type_html type_binary type_garbled type_missing length_short",
    ),
    (Broken, Broken, "gzip_truncated length_long"),
    (
        AllMalformed,
        AllMalformed,
        "lone_surrogate escaped_null entities_of_null entities_of_numbers entities_of_strings \
         entities_of_arrays entities_of_nothing ids_missing ids_null ids_numbers ids_empty \
         members_strings members_arrays members_objects many_nulls many_texts",
    ),
    (
        Whole,
        Whole,
        "bom charset_utf16 long_number ids_equal ids_paths texts_terminal text_long flags_text \
         deflate_false encoding_unknown",
    ),
    // The one dialect has a single entity there, the other many with scores in some.
    (
        AllMalformed,
        SomeMalformed,
        "ids_long scores_high scores_negative scores_text scores_arrays scores_huge",
    ),
    // Members of which the one dialect knows nothing.
    (
        Whole,
        AllMalformed,
        "ids_twice texts_numbers texts_objects types_unknown many_entities many_keys long_key",
    ),
    (Whole, SomeMalformed, "texts_null types_swapped"),
];

pub(super) async fn run(_: Scale) -> Verdict {
    let bodies = HostileBody::all().count();
    let mut verdict = Verdict::of(format!("{} requests", 2 * bodies));
    let (mut faults, mut slowest) = (Vec::new(), Duration::ZERO);
    let mut survived = 0;
    for dialect in [Dialect::Recommendations, Dialect::Suggestions] {
        let bench = Bench::start(dialect, without_breaker()).await;
        for body in HostileBody::all() {
            let mut wrong = String::new();
            let asked = hostile(&bench, body).await;
            slowest = slowest.max(asked.took);
            judge(&bench, fate(dialect, body), &asked, &mut wrong).await;
            if !bench.ask_anew(bench.question(0)).await.is_fresh() {
                wrong += " the sound answer after it is not given";
            }
            match wrong.is_empty() {
                true => survived += 1,
                false => faults.push(format!("{dialect} {}:{wrong}", body.name())),
            }
        }
    }
    verdict.survived(survived);
    verdict.at_least("bodies", bodies, 60);
    verdict.none("wrongly labelled, counted or recorded", &faults);
    verdict.at_most("slowest answer", slowest, Duration::from_secs(3) + LATE);
    verdict
}

async fn hostile(bench: &Bench, body: HostileBody) -> Asked {
    let route = bench.settings.dialect;
    bench.faults([format!("{route}:body={}", body.name())]);
    // A session for each: none fails so often that it is paused.
    let raw = RawRequest {
        session_id: RawField::Text(body.name().to_owned()),
        ..bench.question(0)
    };
    let asked = bench.ask_anew(raw).await;
    bench.sandbox.clear_faults();
    asked
}

fn fate(dialect: Dialect, body: HostileBody) -> Option<Fate> {
    let names = |names: &str| names.split_whitespace().any(|name| name == body.name());
    let (one, other, _) = FATES.iter().find(|(_, _, list)| names(list))?;
    Some(match dialect {
        Dialect::Recommendations => *one,
        Dialect::Suggestions => *other,
    })
}

/// Notes what is wrong with an answer and its record.
async fn judge(bench: &Bench, fate: Option<Fate>, asked: &Asked, wrong: &mut String) {
    let (Some(fate), Some(answer)) = (fate, asked.answer()) else {
        let _ = write!(wrong, " not foreseen, or no answer ({})", asked.fault());
        return;
    };
    let (event, error, label) = match fate {
        Unreadable => ("assist_fetch_failed", Some("bad_format"), "bad_format"),
        Broken => ("assist_fetch_failed", Some("unreachable"), "upstream_error"),
        _ => ("assist_fetch_completed", None, "none"),
    };
    if asked.fault() != label {
        let _ = write!(wrong, " label {} instead of {label}", asked.fault());
    }
    let records = bench.records_of_request(answer.request_id()).await;
    let recorded: Vec<_> = records
        .iter()
        .map(|record| (&*record.columns.event, record.columns.error.as_deref()))
        .collect();
    if recorded != [(event, error)] {
        let _ = write!(wrong, " recorded as {recorded:?}");
    }
    let answer_json = serde_json::to_value(answer).expect("an answer has a JSON form");
    let count = |name: &str| answer_json["metrics"][name].as_u64().unwrap_or_default();
    let (received, malformed) = (count("total_received"), count("malformed"));
    let counted = match fate {
        Unreadable | Broken => received == 0,
        AllMalformed => received > 0 && malformed == received,
        SomeMalformed => 0 < malformed && malformed < received,
        Whole => received > 0 && malformed == 0,
    };
    if !counted {
        let _ = write!(wrong, " {malformed} of {received} malformed");
    }
}
