//! The layer table, as `model.summary()` shows it in Keras, for every network there is.

use leptos::prelude::*;

use crate::ui::device::grouped;
use crate::ui::stores::{InspectionStore, use_store};
use crate::words::words;

/// The table of one network, the one in use unless a person chooses another.
#[component]
pub(super) fn Layers() -> impl IntoView {
    let store = use_store::<InspectionStore>();
    let chosen = RwSignal::new(None::<usize>);
    let names = Memo::new(move |_| {
        store.inspection.with(|seen| {
            seen.as_ref().map_or_else(Vec::new, |seen| {
                let tables = seen.tables.iter();
                tables.map(|table| table.architecture.clone()).collect()
            })
        })
    });
    let own = Memo::new(move |_| {
        let name = store
            .inspection
            .with(|seen| Some(seen.as_ref()?.architecture.clone()));
        names.with(|names| names.iter().position(|other| Some(other) == name.as_ref()))
    });
    let shown = move || chosen.get().or_else(|| own.get()).unwrap_or(0);
    let table = Memo::new(move |_| {
        store
            .inspection
            .with(|seen| Some(seen.as_ref()?.tables.get(shown())?.layers.clone()))
            .unwrap_or_default()
    });
    let tabs = move || {
        let names = names.get().into_iter().enumerate();
        names
            .map(|(at, name)| {
                view! {
                    <button
                        class="tab"
                        aria-pressed=move || (shown() == at).to_string()
                        data-testid=format!("layers-{name}")
                        on:click=move |_| chosen.set(Some(at))
                    >
                        {name.clone()}
                    </button>
                }
            })
            .collect_view()
    };
    let rows = move || {
        table
            .get()
            .into_iter()
            .map(|layer| {
                let lengths = layer.output.iter().map(ToString::to_string);
                let shape = lengths.collect::<Vec<_>>().join(" × ");
                view! {
                    <tr data-testid="layer">
                        <th scope="row">{layer.name}</th>
                        <td>{layer.kind}</td>
                        <td>{shape}</td>
                        <td>{grouped(layer.parameters)}</td>
                        <td>{grouped(layer.multiply_adds)}</td>
                    </tr>
                }
            })
            .collect_view()
    };
    let parameters = move || table.with(|layers| layers.iter().map(|l| l.parameters).sum::<u64>());
    let sums = move || table.with(|layers| layers.iter().map(|l| l.multiply_adds).sum::<u64>());
    view! {
        <section aria-label=words().network.layers_region>
            <h2>{words().network.layers}</h2>
            <div class="tabs" role="group" aria-label=words().network.network>
                {tabs}
            </div>
            <div class="scrolls" role="region" aria-label=words().network.the_layers tabindex="0">
                <table class="layers">
                    <thead>
                        <tr>
                            <th scope="col">{words().network.layer}</th>
                            <th scope="col">{words().network.does}</th>
                            <th scope="col">{words().network.output}</th>
                            <th scope="col">{words().network.parameters}</th>
                            <th scope="col">{words().network.multiply_adds}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                    <tfoot>
                        <tr>
                            <th scope="row">{words().network.all}</th>
                            <td></td>
                            <td></td>
                            <td data-testid="layers-parameters">{move || grouped(parameters())}</td>
                            <td>{move || grouped(sums())}</td>
                        </tr>
                    </tfoot>
                </table>
            </div>
            <p class="note">
                {words().network.layers_note}
            </p>
        </section>
    }
}
