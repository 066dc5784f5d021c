#![no_main]

use agent_assist_pii_fuzz::mask_twice;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| mask_twice(input));
