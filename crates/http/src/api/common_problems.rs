//! Problems that any route may answer, told at each in the document: handlers describe their own alone.

use std::collections::BTreeMap;

use utoipa::openapi::path::Operation;
use utoipa::openapi::{Components, Content, OpenApi, Ref, RefOr, Response, SecurityRequirement};

use crate::platform::Surface;

/// A problem in the words of one surface.
struct Words {
    /// What the response is called among the document's components.
    response: &'static str,
    schema: &'static str,
    content_type: &'static str,
    says: &'static str,
}

const OWN: Words = Words {
    response: "Problem",
    schema: "Problem",
    content_type: "application/problem+json",
    says: "A problem (RFC 9457); its type says which",
};
const PLATFORM: Words = Words {
    response: "PlatformProblem",
    schema: "PlatformError",
    content_type: "application/json",
    says: "A problem as the platform says it; its code says which",
};
const LOGIN: Words = Words {
    response: "PlatformLoginProblem",
    schema: "PlatformLoginError",
    content_type: "application/json",
    says: "A problem as the platform's login says it",
};

impl Words {
    fn at(path: &str) -> &'static Self {
        match Surface::of(path) {
            Surface::Own => &OWN,
            Surface::Platform => &PLATFORM,
            Surface::Login => &LOGIN,
        }
    }

    fn response(&self) -> Response {
        let schema = Ref::from_schema_name(self.schema);
        let content = Content::new(Some(RefOr::Ref(schema)));
        let mut problem = Response::new(self.says);
        let content_type = self.content_type.to_owned();
        problem.content.insert(content_type, RefOr::T(content));
        problem
    }
}

/// What every request may meet.
const ANY: &[(&str, &str)] = &[
    (
        "403",
        "The web page may not ask, or the key does not allow this",
    ),
    ("421", "The name in Host is none of the daemon's"),
    ("500", "A bug"),
];
/// What one with a key may meet.
const GUARDED: &[(&str, &str)] = &[
    ("401", "No credentials, or not valid"),
    ("429", "The key asks too often"),
    (
        "503",
        "The store fails, and nothing is given without a record",
    ),
];
/// What one with a body may meet.
const WITH_BODY: &[(&str, &str)] = &[
    ("400", "The body is no JSON of the right shape"),
    ("408", "The body took too long"),
    ("413", "The body is too large"),
    ("415", "The body is not declared as what it must be"),
];

/// Adds them to every operation that does not tell of that status itself.
pub(super) fn describe(document: &mut OpenApi) {
    let components = document.components.get_or_insert_with(Components::new);
    for words in [&OWN, &PLATFORM, &LOGIN] {
        let response = RefOr::T(words.response());
        components
            .responses
            .insert(words.response.to_owned(), response);
    }
    for (path, item) in &mut document.paths.paths {
        let words = Words::at(path);
        for operation in [&mut item.get, &mut item.post].into_iter().flatten() {
            let open = operation.security.as_deref() == Some(&[SecurityRequirement::default()]);
            add(operation, ANY, words);
            if !open {
                add(operation, GUARDED, words);
            }
            if operation.request_body.is_some() {
                add(operation, WITH_BODY, words);
            }
        }
    }
}

fn add(operation: &mut Operation, problems: &[(&str, &str)], words: &Words) {
    let told: &mut BTreeMap<String, RefOr<Response>> = &mut operation.responses.responses;
    for (status, says) in problems {
        told.entry((*status).to_owned()).or_insert_with(|| {
            let mut problem = Ref::from_response_name(words.response);
            (*says).clone_into(&mut problem.description);
            RefOr::Ref(problem)
        });
    }
}
