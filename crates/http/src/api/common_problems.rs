//! Problems that any route may answer, told at each in the document: handlers describe their own alone.

use std::collections::BTreeMap;

use utoipa::openapi::path::Operation;
use utoipa::openapi::{Components, Content, OpenApi, Ref, RefOr, Response, SecurityRequirement};

/// What the response is called among the document's components.
const NAME: &str = "Problem";

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
    ("415", "The body is not declared as JSON"),
];

/// Adds them to every operation that does not tell of that status itself.
pub(super) fn describe(document: &mut OpenApi) {
    let components = document.components.get_or_insert_with(Components::new);
    let schema = Ref::from_schema_name("Problem");
    let content = Content::new(Some(RefOr::Ref(schema)));
    let mut problem = Response::new("A problem (RFC 9457); its type says which");
    problem
        .content
        .insert("application/problem+json".to_owned(), RefOr::T(content));
    components
        .responses
        .insert(NAME.to_owned(), RefOr::T(problem));
    for item in document.paths.paths.values_mut() {
        for operation in [&mut item.get, &mut item.post].into_iter().flatten() {
            let open = operation.security.as_deref() == Some(&[SecurityRequirement::default()]);
            add(operation, ANY);
            if !open {
                add(operation, GUARDED);
            }
            if operation.request_body.is_some() {
                add(operation, WITH_BODY);
            }
        }
    }
}

fn add(operation: &mut Operation, problems: &[(&str, &str)]) {
    let told: &mut BTreeMap<String, RefOr<Response>> = &mut operation.responses.responses;
    for (status, says) in problems {
        told.entry((*status).to_owned()).or_insert_with(|| {
            let mut problem = Ref::from_response_name(NAME);
            (*says).clone_into(&mut problem.description);
            RefOr::Ref(problem)
        });
    }
}
