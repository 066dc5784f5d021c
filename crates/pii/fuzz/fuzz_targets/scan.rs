#![no_main]

use agent_assist_pii_fuzz::scan;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| scan(text));
