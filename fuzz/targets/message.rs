//! Messages between page and worker.
#![no_main]

use libfuzzer_sys::fuzz_target;
use twinglyph_core::protocol::{Reply, Request, decode, encode};

fuzz_target!(|bytes: &[u8]| {
    // A message that is understood is understood the same once more.
    if let Ok(request) = decode::<Request>(bytes)
        && let Ok(written) = encode(&request)
    {
        // Numbers that are none are not equal to themselves: the bytes are.
        let again = decode::<Request>(&written).map(|again| encode(&again));
        assert_eq!(again, Ok(Ok(written)));
    }
    if let Ok(reply) = decode::<Reply>(bytes)
        && let Ok(written) = encode(&reply)
    {
        let again = decode::<Reply>(&written).map(|again| encode(&again));
        assert_eq!(again, Ok(Ok(written)));
    }
});
