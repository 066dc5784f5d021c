//! Customer data in answers.
//!
//! Suggestions on a real floor come prefilled: with the address to confirm, the number to call
//! back. An upstream's claim to have masked such data is not always true. By its rank an answer is
//! either clean, or quotes the customer under a false claim of masking, or quotes the customer and
//! admits it, so that whoever screens the answers has each case to deal with. The claim is false
//! only about what can be told from the text alone; an address, which nobody recognises without
//! knowing it, is admitted.

use crate::conversation::Customer;

/// What is done to one answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Planted {
    pub(super) prefill: Option<String>,
    pub(super) claims_masked: bool,
}

/// What an answer quotes and claims, by rank, repeated. Most answers are clean and say so.
const PATTERN: [(Quote, bool); 12] = [
    (Quote::Nothing, true),
    (Quote::Email, true),
    (Quote::Nothing, true),
    (Quote::Phone, false),
    (Quote::Nothing, true),
    (Quote::Order, false),
    (Quote::Nothing, true),
    (Quote::Nothing, true),
    (Quote::Nothing, true),
    (Quote::Email, false),
    (Quote::Nothing, true),
    (Quote::Nothing, true),
];

#[derive(Clone, Copy, Debug)]
enum Quote {
    Nothing,
    Email,
    Phone,
    Order,
}

/// What an answer of this rank, counted from zero, quotes and claims.
pub(super) fn plant(rank: usize, customer: &Customer) -> Planted {
    let (quote, claims_masked) = PATTERN[rank % PATTERN.len()];
    let prefill = match quote {
        Quote::Nothing => None,
        Quote::Email => email(customer).or_else(|| phone(customer)),
        Quote::Phone => phone(customer),
        Quote::Order => order(customer).or_else(|| address(customer)),
    };
    Planted {
        prefill,
        claims_masked,
    }
}

fn email(customer: &Customer) -> Option<String> {
    let email = customer.email.as_ref()?;
    Some(format!(
        "Confirm the e-mail address {email} before you go on."
    ))
}

fn phone(customer: &Customer) -> Option<String> {
    let (name, phone) = (customer.name.as_ref()?, customer.phone.as_ref()?);
    Some(format!("If the chat drops, call {name} back on {phone}."))
}

fn order(customer: &Customer) -> Option<String> {
    let (order, address) = (customer.order_id.as_ref()?, customer.address.as_ref()?);
    Some(format!("Order {order} went to {address}."))
}

fn address(customer: &Customer) -> Option<String> {
    let (name, address) = (customer.name.as_ref()?, customer.address.as_ref()?);
    Some(format!("The address on file for {name} is {address}."))
}
