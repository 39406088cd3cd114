//! Sizes that the networks are known for, and what can't be computed.

use super::*;
use twinglyph_core::Architecture as Known;

fn specs() -> [(Spec, Known); 3] {
    [
        (Architecture::default().into(), Known::Compact),
        (Architecture::deep().into(), Known::Deep),
        (Spec::koch(), Known::Koch),
    ]
}

#[test]
fn networks_have_the_sizes_that_they_are_known_for() {
    let compact = Spec::from(Architecture::default());
    assert_eq!(compact.parameters(), 1_356_843);
    assert_eq!(compact.multiply_adds() / 100_000, 305);
    assert_eq!(Spec::from(Architecture::deep()).parameters(), 1_726_251);
    assert_eq!(Spec::koch().parameters(), 38_951_745);
    // Convolutions, norms' scales and shifts, head.
    let conv4 = 64 * 9 + 3 * 64 * 64 * 9 + 4 * 2 * 64 + 65;
    assert_eq!(Spec::conv4().parameters(), conv4);
}

#[test]
fn the_layer_table_is_as_a_person_counts_it() {
    for (spec, known) in specs() {
        let table = spec.table().expect("a network");
        let expected = expected::layers(known).into_iter().map(|layer| Row {
            name: layer.name.to_owned(),
            kind: layer.kind.to_owned(),
            output: layer.output,
            parameters: layer.parameters,
            multiply_adds: layer.multiply_adds,
        });
        assert_eq!(table, expected.collect::<Vec<_>>());
        assert_eq!(spec.input_side, known.input_side());
    }
}

#[test]
fn every_trained_tensor_belongs_to_one_part() {
    for spec in specs()
        .map(|(spec, _)| spec)
        .into_iter()
        .chain([Spec::conv4()])
    {
        let parts = spec.parts().expect("a network");
        let mut sum = 0;
        for tensor in spec.tensors().expect("a network") {
            let is_below = |part: &&String| {
                let rest = tensor.name.strip_prefix(part.as_str());
                rest.is_some_and(|rest| rest.starts_with('.'))
            };
            assert_eq!(parts.iter().filter(is_below).count(), 1, "{}", tensor.name);
            sum += tensor.shape.iter().product::<usize>() * usize::from(tensor.trained);
        }
        assert_eq!(sum, spec.parameters());
    }
}

#[test]
fn koch_has_the_tensors_of_its_weights_file() {
    let tensors = Spec::koch().tensors().expect("koch");
    let shapes: Vec<(&str, &[usize])> = tensors
        .iter()
        .map(|tensor| (tensor.name.as_str(), tensor.shape.as_slice()))
        .collect();
    let expected: [(&str, &[usize]); 12] = [
        ("conv1.weight", &[64, 1, 10, 10]),
        ("conv1.bias", &[64]),
        ("conv2.weight", &[128, 64, 7, 7]),
        ("conv2.bias", &[128]),
        ("conv3.weight", &[128, 128, 4, 4]),
        ("conv3.bias", &[128]),
        ("conv4.weight", &[256, 128, 4, 4]),
        ("conv4.bias", &[256]),
        ("dense.weight", &[4096, 9216]),
        ("dense.bias", &[4096]),
        ("score.weight", &[4096]),
        ("score.bias", &[1]),
    ];
    assert_eq!(shapes, expected);
}

/// The part and the rule that a changed `compact` breaks.
fn refused(change: impl FnOnce(&mut Spec)) -> Option<(String, &'static str)> {
    let mut spec = Spec::from(Architecture::default());
    change(&mut spec);
    spec.check().err().map(|error| (error.part, error.rule))
}

#[test]
fn what_does_not_fit_is_refused_by_name() {
    assert_eq!(refused(|_| ()), None);
    type Change = fn(&mut Spec);
    let changes: [(Change, &str, &str); 12] = [
        (|spec| spec.input_side = 0, "input", "width"),
        (|spec| spec.layers.clear(), "layers", "one at least"),
        (
            |spec| spec.layers[1].channels = 24,
            "down1.conv",
            "multiple of 16",
        ),
        (|spec| spec.layers[1].kernel = 1, "down1.conv", "padding"),
        (
            |spec| spec.layers[0].kernel = 60,
            "stem.conv",
            "fit the map",
        ),
        (|spec| spec.layers[0].stride = 0, "stem.conv", "stride"),
        (
            |spec| spec.layers[3].skip = Some(0),
            "res1.conv_b",
            "same shape",
        ),
        (|spec| spec.layers[3].pool = true, "res1.conv_b", "pooled"),
        (
            |spec| {
                spec.dense = None;
                spec.layers.truncate(1);
                spec.layers[0].channels = 64;
            },
            "embedding",
            "16384",
        ),
        (
            |spec| spec.layers[1].name = "stem.conv".to_owned(),
            "stem.conv",
            "its own",
        ),
        (
            |spec| {
                spec.head = Head::GlobalLocal(Local {
                    layer: 0,
                    channels: 16,
                });
            },
            "local",
            "6x6",
        ),
        (
            |spec| {
                spec.dense = Some(Dense {
                    name: "global".to_owned(),
                    components: 100,
                });
            },
            "global",
            "multiple of 16",
        ),
    ];
    for (change, part, rule) in changes {
        let refused = refused(change);
        let (of, broken) = refused.expect("it does not fit");
        assert!(of == part && broken.contains(rule), "{of}: {broken}");
    }
}
