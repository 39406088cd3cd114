//! The layer table against the real networks.

use std::collections::BTreeMap;

use burn::tensor::Device;
use twinglyph_nn::weights::tensors;
use twinglyph_nn_burn::{Architecture, Metadata, Precision, Twin, weights};

#[test]
fn the_table_counts_what_the_networks_have() {
    for architecture in Architecture::ALL {
        let twin = Twin::new(architecture, &Device::flex());
        let metadata = Metadata::new(architecture);
        let file = pollster::block_on(weights::write(&twin, &metadata, Precision::F16));
        let (tensors, _) = tensors(&file.expect("a file")).expect("its tensors");
        // Trained parameters by the first field.
        let mut parameters = BTreeMap::<&str, usize>::new();
        for (name, (_, values)) in &tensors {
            if !name.contains("running_") {
                let layer = name.split('.').next().unwrap_or_default();
                *parameters.entry(layer).or_default() += values.len();
            }
        }
        let table = twinglyph_nn::Spec::from(architecture)
            .table()
            .expect("a network");
        for layer in &table {
            let (name, expected) = (layer.name.as_str(), layer.parameters);
            assert_eq!(parameters.get(name), Some(&expected), "{name}");
        }
        assert_eq!(parameters.len(), table.len());
    }
}
