//! What the core refuses, which says so in English itself.

use twinglyph_core::own::OwnSetError;
use twinglyph_paper::contact::ContactError;
use twinglyph_paper::scan::ScanError;
use twinglyph_core::trial::SampleError;

area! {
    Refusals {
        own_set(error: &OwnSetError),
        scan(error: &ScanError),
        contact(error: &ContactError),
        sample(error: &SampleError),
    }
}
