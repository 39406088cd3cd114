use super::*;
use twinglyph_core::Architecture;
use twinglyph_nn::Spec;

fn network(architecture: Architecture) -> Vec<TensorShape> {
    Spec::from(architecture).tensors().unwrap()
}

/// A state dict whose names are the network's, changed.
fn state(network: &[TensorShape], name: impl Fn(&str) -> String) -> Shapes {
    let tensors = network.iter();
    tensors
        .map(|tensor| (name(&tensor.name), tensor.shape.clone()))
        .collect()
}

#[test]
fn a_common_prefix_is_found_whatever_it_is() {
    for architecture in Architecture::ALL {
        let network = network(architecture);
        for prefix in [
            "",
            "module.",
            "_orig_mod.",
            "module._orig_mod.",
            "twin.net.",
        ] {
            let state = state(&network, |name| format!("{prefix}{name}"));
            let (names, by) = find(&network, &state, None).unwrap();
            assert_eq!(by, By::Prefix(prefix.to_owned()));
            assert!(
                names
                    .iter()
                    .all(|(own, other)| *other == format!("{prefix}{own}"))
            );
        }
    }
}

#[test]
fn of_two_networks_the_one_that_is_named_is_taken() {
    let network = network(Architecture::Compact);
    let mut both = state(&network, |name| format!("model.{name}"));
    both.extend(state(&network, |name| format!("average.{name}")));
    assert!(find(&network, &both, None).is_err());
    let (names, _) = find(&network, &both, Some("average.")).unwrap();
    assert_eq!(names["score.bias"], "average.score.bias");
}

#[test]
fn layers_of_other_names_are_told_by_shape_and_number() {
    let koch = network(Architecture::Koch);
    // The forward order of layers, as in a Sequential; the head has rows and columns.
    let owners = ["conv1", "conv2", "conv3", "conv4", "dense", "score"];
    let renamed = |name: &str| {
        let (owner, leaf) = name.rsplit_once('.').unwrap();
        let place = owners.iter().position(|one| *one == owner).unwrap();
        format!("net.layers.{}.{leaf}", 3 * place + 5)
    };
    let mut sequential = state(&koch, renamed);
    sequential.insert("net.layers.20.weight".to_owned(), vec![1, 4096]);
    let (names, by) = find(&koch, &sequential, None).unwrap();
    assert_eq!(by, By::Shape);
    assert!(names.iter().all(|(own, other)| *other == renamed(own)));

    let compact = network(Architecture::Compact);
    let numbered = |name: &str| {
        let (owner, leaf) = name.rsplit_once('.').unwrap();
        let place = compact.iter().position(|one| owner_of(&one.name) == owner);
        format!("m{:03}.{leaf}", place.unwrap())
    };
    let (names, by) = find(&compact, &state(&compact, numbered), None).unwrap();
    assert_eq!(by, By::Shape);
    assert!(names.iter().all(|(own, other)| *other == numbered(own)));
}

#[test]
fn alike_layers_without_numbers_are_not_guessed() {
    let compact = network(Architecture::Compact);
    let renamed = |name: &str| {
        name.replace("res1.conv_a", "res1.first")
            .replace("res1.conv_b", "res1.second")
    };
    let error = find(&compact, &state(&compact, renamed), None).unwrap_err();
    let told = error.to_string();
    assert!(
        told.contains("res1.first and res1.second are alike"),
        "{told}"
    );
    assert!(told.contains("missing (2)"), "{told}");
}

#[test]
fn what_is_wrong_is_listed_with_the_nearest_name() {
    let compact = network(Architecture::Compact);
    let mut wrong = state(&compact, |name| name.replace("stem.norm", "stem.bn"));
    wrong.insert("global.bias".to_owned(), vec![7]);
    wrong.remove("score.bias");
    let told = find(&compact, &wrong, None).unwrap_err().to_string();
    for part in [
        "missing (5)",
        "stem.norm.weight [32] (nearest is stem.bn.weight)",
        "too many (4)",
        "global.bias is [7], needed is [256]",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(find(&compact, &Shapes::new(), None).is_err());
    let deep = state(&network(Architecture::Deep), str::to_owned);
    let told = find(&compact, &deep, None).unwrap_err().to_string();
    assert!(told.contains("and 14 more"), "{told}");
}
