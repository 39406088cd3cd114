//! `lab summary` knows every network by its name.
#![cfg(feature = "networks")]
#![allow(clippy::unwrap_used)]

mod files;

use files::lab;
use twinglyph_core::Architecture;

#[test]
fn every_network_has_a_table_and_a_wrong_name_is_told_them_all() {
    for architecture in Architecture::ALL {
        let done = lab(["summary", architecture.as_str()]);
        assert_eq!(done.code, Some(0), "{}", done.told);
        assert!(done.out.starts_with(architecture.as_str()), "{}", done.out);
    }
    let wrong = lab(["summary", "resnet"]);
    assert_eq!(wrong.code, Some(2));
    let help = lab(["summary", "--help"]).out;
    for architecture in Architecture::ALL {
        let name = architecture.as_str();
        assert!(wrong.told.contains(name), "{}", wrong.told);
        assert!(help.contains(name), "{help}");
    }
}
