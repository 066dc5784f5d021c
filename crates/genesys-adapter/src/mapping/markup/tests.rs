//! What is left of texts with markup, and that without it nothing changes.

use agent_assist_domain::recommendation::Role;
use proptest::prelude::*;

use super::*;

#[test]
fn markup_is_taken_out_and_what_a_reader_sees_stays() {
    for (text, seen) in [
        ("Call <b>us</b> <i>now</i>.", "Call us now."),
        ("<p>One.</p><p>Two<br>lines.</p>", "One.\nTwo\nlines."),
        ("<ul><li>Card</li>\n<li>Invoice</li></ul>", "Card\nInvoice"),
        (
            "<table><tr><td>Way</td><td>Takes</td></tr><tr><td>Card</td><td>2 d</td></tr></table>",
            "Way | Takes\nCard | 2 d",
        ),
        (
            "<p>Salt &amp; pepper,&nbsp;5 &lt; 6</p>",
            "Salt & pepper, 5 < 6",
        ),
        (
            "See <a href=\"https://kb.test/a?b=1&amp;c=2\">the page</a>.",
            "See the page (https://kb.test/a?b=1&c=2).",
        ),
        (
            "<a href='http://kb.test/'>http://kb.test/</a>",
            "http://kb.test/",
        ),
        ("one\ntwo <b>three</b>", "one\ntwo three"),
    ] {
        assert_eq!(plain(text), seen, "{text}");
    }
}

#[test]
fn nothing_that_runs_survives() {
    for (text, seen) in [
        ("Hi<script>alert(1)</script> there", "Hi there"),
        ("Hi<SCRIPT SRC=//x.test/a.js></SCRIPT>", "Hi"),
        ("<img src=x onerror=alert(1)>Hi", "Hi"),
        ("<svg/onload=alert(1)>Hi", "Hi"),
        ("<xss-y onmouseover=alert(1)>Hi</xss-y>", "Hi"),
        ("<a href=\"javascript:alert(1)\">Hi</a>", "Hi"),
        ("<a href=\"jav&#x09;ascript:alert(1)\">Hi</a>", "Hi"),
        ("<a href=\"data:text/html,x\">Hi</a>", "Hi"),
        ("<style>p{}</style><!-- x -->Hi<?php x ?>", "Hi"),
        ("<b>&lt;script&gt;alert(1)&lt;/script&gt;</b>Hi", "Hi"),
        (
            "<b>&amp;lt;b onclick=x&amp;gt;</b>Hi",
            "&lt;b onclick=x&gt;Hi",
        ),
        ("[Hi](javascript:alert(1)) you", "Hi you"),
        ("[Hi](JavaScript:alert((1)) you", "Hi"),
        ("[Hi]( <javascript&#58;alert(1)> 'x')", "Hi"),
        ("![Hi](data:image/svg+xml;base64,x)", "Hi"),
        ("[Hi][1]\n\n[1]: vbscript:x", "[Hi][1]\n\n1"),
        ("<javascript:alert(1)> Hi", "javascript:alert(1)> Hi"),
    ] {
        assert_eq!(plain(text), seen, "{text}");
    }
}

#[test]
fn what_is_no_markup_is_left_as_it_is() {
    for text in [
        "Refunds take 30 days.",
        "if total<limit and b > c, 1 <2, <3",
        "Ask <PHONE_NUMBER_0> or <PERSON>, then {slot}.",
        "[CREDIT_CARD] (see note), [1]: no link, [EMAIL_ADDRESS](work)",
        "[the page](https://kb.test/a_(b)) and [here](/docs#a)",
        "<https://kb.test/> Q&amp;A &copy",
        "1: a\n2: b (c)",
    ] {
        assert!(
            matches!(plain(text), Cow::Borrowed(_)),
            "{text}: {}",
            plain(text)
        );
    }
}

#[test]
fn a_highlight_stays_where_its_stretch_can_be_told() {
    let part = |text: &str, marked: &str| TextPart {
        pointer: "/text".to_owned(),
        role: Role::Body,
        text: text.to_owned(),
        highlight: text.find(marked).map(|start| start..start + marked.len()),
    };
    let marked = |text: &str, marked: &str| {
        let part = plain_part(part(text, marked));
        part.highlight.map(|range| part.text[range].to_owned())
    };
    let told = Some("30 days".to_owned());
    assert_eq!(marked("They take 30 days.", "30 days"), told);
    assert_eq!(marked("They <b>take</b> 30 days.", "30 days"), told);
    assert_eq!(marked("They take <b>30</b> days.", "30</b> days"), told);
    assert_eq!(marked("<b>30 days</b>, not 30 days", "30 days"), None);
}

proptest! {
    #[test]
    fn no_text_makes_it_panic_or_keep_a_tag(text in "(<|>|/|[a-c]|script|img|&lt;|&amp;|=|\"| |\n|\\[|\\]|\\(|\\)|:|!|.){0,40}") {
        let seen = plain(&text).into_owned();
        prop_assert!(!opens_tag(&seen), "{text:?} gave {seen:?}");
        // What is plain stays so.
        prop_assert_eq!(plain(&seen).into_owned(), seen);
    }
}
