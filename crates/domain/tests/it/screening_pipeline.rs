//! Selection and screening: who is shown, in which order, and that the numbers add up.

use agent_assist_domain::answer::EmptyReason;
use agent_assist_domain::batch::{Batch, Malformation};
use agent_assist_domain::dialect::Dialect::{self, Recommendations, Suggestions};
use agent_assist_domain::payload::{FetchRequest, RawField};
use agent_assist_domain::recommendation::{
    Kind, Recommendation, Role, State, TextPart, UpstreamId,
};
use agent_assist_domain::screening::{
    PiiBasis, RejectReason, RestoreError, Screened, Screening, ScreeningPolicy, UnscoredPolicy,
};
use agent_assist_domain::time::Timestamp;
use agent_assist_testkit::build::{RecommendationBuilder, batch, recommendation, request};
use proptest::prelude::*;

fn screen(dialect: Dialect, items: Vec<RecommendationBuilder>) -> Screened {
    screen_for(
        dialect,
        &batch(items),
        |_| {},
        &ScreeningPolicy::for_dialect(dialect),
    )
}

fn screen_for(
    dialect: Dialect,
    batch: &Batch,
    change: impl FnOnce(&mut agent_assist_domain::payload::RawRequest),
    policy: &ScreeningPolicy,
) -> Screened {
    let mut raw = request();
    change(&mut raw);
    let request: FetchRequest = raw.validate(dialect).expect("valid");
    Screening::new().screen(batch, &request, dialect, policy, None)
}

fn shown(screened: &Screened) -> Vec<&str> {
    screened
        .kept()
        .iter()
        .map(|safe| safe.recommendation.id.as_str())
        .collect()
}

fn reasons(screened: &Screened) -> Vec<(Option<&str>, RejectReason)> {
    screened
        .rejected()
        .iter()
        .map(|r| (r.id(), r.reason()))
        .collect()
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(second * 1_000)
}

#[test]
fn only_what_is_scored_high_enough_is_shown_and_the_threshold_itself_passes() {
    let screened = screen(
        Recommendations,
        vec![
            recommendation("under").score(0.749_999),
            recommendation("at").score(0.75),
            recommendation("over").score(0.9),
        ],
    );
    assert_eq!(shown(&screened), ["over", "at"]);
    assert_eq!(
        reasons(&screened),
        [(Some("under"), RejectReason::BelowThreshold)]
    );
}

#[test]
fn order_is_by_score_then_newest_and_unscored_come_last() {
    let screened = screen(
        Recommendations,
        vec![
            recommendation("unscored").unscored(),
            recommendation("old").score(0.8).created_at(at(1)),
            recommendation("undated").score(0.8),
            recommendation("best").score(0.95),
            recommendation("new").score(0.8).created_at(at(2)),
        ],
    );
    assert_eq!(
        shown(&screened),
        ["best", "new", "old", "undated", "unscored"]
    );
    assert_eq!(screened.report().unscored, 1);
}

#[test]
fn a_policy_by_kind_overrides_the_general_one_and_a_request_overrides_both() {
    let items = || {
        batch([
            recommendation("faq").kind(Kind::Faq).score(0.6),
            recommendation("search")
                .kind(Kind::KnowledgeSearch)
                .score(0.6),
            recommendation("script").kind(Kind::Script).unscored(),
        ])
    };
    let mut policy = ScreeningPolicy::for_dialect(Recommendations);
    policy.min_relevance_by_kind.insert(Kind::Faq, 0.55);
    policy.unscored.insert(Kind::Script, UnscoredPolicy::Reject);
    let by_kind = screen_for(Recommendations, &items(), |_| {}, &policy);
    assert_eq!(shown(&by_kind), ["faq"]);
    assert!(reasons(&by_kind).contains(&(Some("script"), RejectReason::Unscored)));
    let by_request = policy.with_request(Some(0.7));
    assert!(shown(&screen_for(Recommendations, &items(), |_| {}, &by_request)).is_empty());
}

#[test]
fn the_recommendations_dialect_shows_only_what_is_flagged_exactly_true() {
    let screened = screen(
        Recommendations,
        vec![
            recommendation("true"),
            recommendation("false").flagged(false),
            recommendation("absent").flagged(None),
        ],
    );
    assert_eq!(shown(&screened), ["true"]);
    assert_eq!(screened.report().pii_rejected, 2);
    assert_eq!(screened.kept()[0].basis, PiiBasis::UpstreamFlag);
}

#[test]
fn a_flag_that_lies_is_masked_locally_and_no_longer_the_basis() {
    let screened = screen(
        Recommendations,
        vec![recommendation("liar").texts("For joe@example.com", "Call (977) 625-2661 now.")],
    );
    let safe = &screened.kept()[0];
    assert_eq!(safe.recommendation.title(), "For [EMAIL_ADDRESS]");
    assert_eq!(safe.recommendation.text(), "Call [PHONE_NUMBER] now.");
    assert_eq!(
        (safe.basis, safe.receipts.count()),
        (PiiBasis::LocalScan, 2)
    );
    assert_eq!(screened.report().pii_masked_locally, 1);
    assert_eq!(screened.report().pii_masked_verified, 0);
}

#[test]
fn suggestions_are_masked_locally_and_names_are_covered_only_by_subject_terms() {
    let items = batch([recommendation("s")
        .flagged(None)
        .texts("Refund", "Crystal Minh asks.")]);
    let policy = ScreeningPolicy::for_dialect(Suggestions);
    let plain = screen_for(Suggestions, &items, |_| {}, &policy);
    assert!(!plain.kept()[0].names_covered);
    let known = screen_for(
        Suggestions,
        &items,
        |raw| raw.subject_terms = vec![RawField::text(Some("crystal minh"))],
        &policy,
    );
    assert!(known.kept()[0].names_covered);
    assert_eq!(
        known.kept()[0].recommendation.text(),
        "[SUBJECT_TERM] asks."
    );
}

#[test]
fn personal_data_in_an_identifier_rejects_and_the_identifier_is_not_repeated() {
    let screened = screen(
        Recommendations,
        vec![
            recommendation("joe@example.com"),
            recommendation("low/joe@example.com").score(0.1),
        ],
    );
    assert_eq!(
        reasons(&screened),
        [
            (None, RejectReason::PersonalDataInId),
            (None, RejectReason::BelowThreshold)
        ]
    );
}

#[test]
fn links_and_references_that_hold_personal_data_are_left_out() {
    let screened = screen(
        Recommendations,
        vec![recommendation("a").document(
            "doc-1",
            "v/joe@example.com",
            "https://x.test/?m=joe@example.com",
        )],
    );
    let source = &screened.kept()[0].recommendation.source;
    assert_eq!(
        source.document_id.as_ref().map(UpstreamId::as_str),
        Some("doc-1")
    );
    assert_eq!((&source.version_id, &source.uri), (&None, &None));
    assert_eq!(screened.kept()[0].basis, PiiBasis::LocalScan);
}

#[test]
fn a_highlight_moves_with_its_text_and_goes_when_its_edge_is_masked() {
    let part = |text: &str, highlight| TextPart {
        pointer: "/text".into(),
        role: Role::Body,
        text: text.into(),
        highlight: Some(highlight),
    };
    let text = "Mail joe@example.com for refunds.";
    let screened = screen(
        Recommendations,
        vec![recommendation("a").parts(vec![part(text, 25..32), part(text, 8..32)])],
    );
    let parts = &screened.kept()[0].recommendation.parts;
    let range = parts[0].highlight.clone().expect("still marked");
    assert_eq!(&parts[0].text[range], "refunds");
    assert_eq!(parts[1].highlight, None);
}

#[test]
fn an_excerpt_is_masked_like_any_text_and_not_said_twice() {
    let part = |pointer: &str, role, text: &str| TextPart {
        pointer: pointer.into(),
        role,
        text: text.into(),
        highlight: None,
    };
    let screened = screen(
        Recommendations,
        vec![recommendation("a").parts(vec![
            part("/snippets/0", Role::Body, "Mail joe@example.com first."),
            part("/answer", Role::Excerpt, "joe@example.com"),
            part("/quantity", Role::Body, "2"),
        ])],
    );
    let item = &screened.kept()[0].recommendation;
    assert_eq!(item.text(), "Mail [EMAIL_ADDRESS] first.\n2");
    assert_eq!(item.parts[1].text, "[EMAIL_ADDRESS]");
}

#[test]
fn the_names_of_upstream_fields_are_texts_too() {
    let part = TextPart {
        pointer: "/script/data/joe@example.com".into(),
        role: Role::Body,
        text: "v".into(),
        highlight: None,
    };
    let items = ["a", "b"].map(|id| recommendation(id).parts(vec![part.clone()]));
    let screened = screen(Recommendations, items.into());
    assert_eq!(screened.kept().len(), 2);
    for safe in screened.kept() {
        assert_eq!(
            safe.recommendation.parts[0].pointer,
            "/script/data/[EMAIL_ADDRESS]"
        );
        assert_eq!(
            (safe.basis, safe.receipts.count()),
            (PiiBasis::LocalScan, 1)
        );
    }
}

#[test]
fn what_was_found_clean_is_searched_for_the_terms_of_the_next_conversation() {
    let items = batch([recommendation("s")
        .flagged(None)
        .texts("Refund", "Crystal Minh asks.")]);
    let policy = ScreeningPolicy::for_dialect(Suggestions);
    let screening = Screening::new().remembering([7; 16]);
    let text = |terms: &[&str]| {
        let mut raw = request();
        raw.subject_terms = terms
            .iter()
            .map(|term| RawField::text(Some(*term)))
            .collect();
        let request = raw.validate(Suggestions).expect("valid");
        let screened = screening.screen(&items, &request, Suggestions, &policy, None);
        screened.kept()[0].recommendation.text().into_owned()
    };
    let asked = [&[][..], &["crystal minh"], &[]].map(text);
    let plain = "Crystal Minh asks.";
    assert_eq!(asked, [plain, "[SUBJECT_TERM] asks.", plain]);
}

#[test]
fn what_could_not_be_understood_is_told_by_reason_also_after_a_restart() {
    let batch = Batch {
        malformed: vec![Malformation::Id, Malformation::Score, Malformation::Id],
        unknown_fields: 4,
        refused_links: 1,
        ..batch([recommendation("a")])
    };
    let policy = ScreeningPolicy::for_dialect(Recommendations);
    let screened = screen_for(Recommendations, &batch, |_| {}, &policy);
    let oddities = screened.oddities();
    assert_eq!(oddities.malformed[&Malformation::Id], 2);
    assert_eq!((oddities.unknown_fields, oddities.refused_links), (4, 1));
    assert_eq!(
        screened.to_stored().restore(Screening::new().version()),
        Ok(screened)
    );
}

#[test]
fn suggestions_are_filtered_by_state_and_source_then_paged_newest_first() {
    let items = batch([
        recommendation("dismissed").state(State::Dismissed),
        recommendation("failed").state(State::Failed),
        recommendation("other-kb").knowledge_base("kb-2"),
        recommendation("oldest")
            .knowledge_base("kb-1")
            .created_at(at(1))
            .score(0.9),
        recommendation("middle").created_at(at(2)).score(0.6),
        recommendation("newest").created_at(at(3)).score(0.7),
        recommendation("newest").created_at(at(3)),
    ]);
    let screened = screen_for(
        Suggestions,
        &items,
        |raw| {
            raw.offset = RawField::Number(1.0);
            raw.limit = RawField::Number(1.0);
        },
        &ScreeningPolicy::for_dialect(Suggestions),
    );
    let report = screened.report();
    assert_eq!(shown(&screened), ["middle"]);
    assert_eq!((report.state_filtered, report.source_filtered), (2, 1));
    assert_eq!((report.duplicates, report.over_limit), (1, 2));
}

#[test]
fn an_empty_answer_says_which_gate_held_everything_back() {
    let empty = |batch: &Batch| {
        let policy = ScreeningPolicy::for_dialect(Recommendations);
        screen_for(Recommendations, batch, |_| {}, &policy).empty_reason()
    };
    assert_eq!(empty(&batch([recommendation("a")])), None);
    assert_eq!(empty(&Batch::default()), Some(EmptyReason::UpstreamEmpty));
    let no_data = Batch {
        no_data: true,
        ..Batch::default()
    };
    assert_eq!(empty(&no_data), Some(EmptyReason::NoCopilotData));
    let malformed = Batch {
        malformed: vec![Malformation::Id],
        ..Batch::default()
    };
    assert_eq!(empty(&malformed), Some(EmptyReason::Malformed));
    assert_eq!(
        empty(&batch([recommendation("a").score(0.1)])),
        Some(EmptyReason::BelowThreshold)
    );
    assert_eq!(
        empty(&batch([
            recommendation("a").flagged(false),
            recommendation("b").score(0.1)
        ])),
        Some(EmptyReason::PersonalData)
    );
    assert_eq!(
        empty(&batch([recommendation("a").state(State::Dismissed)])),
        Some(EmptyReason::Filtered)
    );
}

#[test]
fn a_stored_screening_comes_back_equal_and_is_refused_when_anything_was_changed() {
    let screened = screen(
        Recommendations,
        vec![
            recommendation("a")
                .document("d", "v", "https://kb.test/d")
                .created_at(at(1)),
            recommendation("b").score(0.2),
        ],
    );
    let stored = screened.to_stored().into_owned();
    assert_eq!(
        stored.clone().restore(Screening::new().version()),
        Ok(screened)
    );

    let mut text = stored.clone();
    let changed = &mut text.fields.kept[0].to_mut().recommendation;
    std::sync::Arc::make_mut(changed).parts[1].text.push('x');
    assert_eq!(
        text.restore(Screening::new().version()),
        Err(RestoreError::Digest)
    );
    let mut basis = stored.clone();
    basis.fields.kept[0].to_mut().basis = PiiBasis::LocalScan;
    assert_eq!(
        basis.restore(Screening::new().version()),
        Err(RestoreError::Digest)
    );
    let mut counts = stored;
    counts.fields.report.total_received += 1;
    assert_eq!(
        counts.restore(Screening::new().version()),
        Err(RestoreError::Digest)
    );
}

fn any_item() -> impl Strategy<Value = Recommendation> {
    let texts = prop_oneof![
        Just("Refunds take 30 days.".to_owned()),
        Just("Write to joe@example.com or call (977) 625-2661.".to_owned()),
        Just("Card 4111 1111 1111 1111".to_owned()),
        any::<String>(),
    ];
    let states = prop_oneof![
        Just(None),
        Just(Some(State::Suggested)),
        Just(Some(State::Dismissed)),
        Just(Some(State::Failed)),
    ];
    (
        0_u8..12,
        0_usize..9,
        prop::option::of(0.0..=1.0_f64),
        any::<Option<bool>>(),
        states,
        texts,
        0_u8..3,
    )
        .prop_map(|(id, kind, score, flag, state, text, base)| {
            let id = if id == 0 {
                "joe@example.com".to_owned()
            } else {
                format!("id{id}")
            };
            let mut builder = recommendation(&id)
                .kind(Kind::ALL[kind])
                .flagged(flag)
                .texts("T", &text);
            builder = match score {
                Some(score) => builder.score(score),
                None => builder.unscored(),
            };
            if base > 0 {
                builder = builder.knowledge_base(&format!("kb-{base}"));
            }
            let mut item = builder.build();
            item.state = state;
            item
        })
}

proptest! {
    #[test]
    fn every_entity_is_accounted_for_exactly_once_and_nothing_unmasked_is_kept(
        items in prop::collection::vec(any_item(), 0..40),
        malformed in 0_usize..5,
        limit in 1_u32..30,
        offset in 0_u32..10,
        suggestions in any::<bool>(),
        require_pii_mask in any::<bool>(),
    ) {
        let dialect = if suggestions { Suggestions } else { Recommendations };
        let mut batch = batch(items);
        batch.malformed = vec![Malformation::Shape; malformed];
        let policy = ScreeningPolicy { require_pii_mask, ..ScreeningPolicy::for_dialect(dialect) };
        let screened = screen_for(dialect, &batch, |raw| {
            raw.limit = RawField::Number(limit.into());
            raw.offset = RawField::Number(offset.into());
        }, &policy);
        prop_assert!(screened.report().is_balanced(), "{:?}", screened.report());
        prop_assert_eq!(screened.report().total_returned as usize, screened.kept().len());
        prop_assert!(screened.kept().len() <= limit as usize);
        for safe in screened.kept() {
            let text = safe.recommendation.text();
            prop_assert!(!text.contains("joe@example.com") && !text.contains("4111 1111"));
            prop_assert!(!text.contains("625-2661"));
        }
        prop_assert_eq!(screened.to_stored().restore(Screening::new().version()), Ok(screened));
    }
}

#[test]
fn a_value_that_shows_only_when_the_body_is_read_as_one_text_is_masked() {
    let part = |pointer: &str, text: &str| TextPart {
        pointer: pointer.to_owned(),
        role: Role::Body,
        text: text.to_owned(),
        highlight: None,
    };
    for (one, other) in [
        ("The customer's one-time code is", "482913"),
        ("Charge the card 4111 1111", "1111 1111 today"),
    ] {
        let parts = vec![part("/texts/0", one), part("/texts/1", other)];
        let screened = screen(Suggestions, vec![recommendation("r-1").parts(parts)]);
        let safe = &screened.kept()[0];
        let text = safe.recommendation.text();
        let scanner = agent_assist_domain::pii::Scanner::new();
        let none = agent_assist_domain::pii::SubjectTerms::none();
        assert!(scanner.scan(&text, &none).is_empty(), "{text}");
        assert!(!text.contains("482913") && !text.contains("1111"), "{text}");
        assert!(safe.receipts.count() > 0);
    }
}
