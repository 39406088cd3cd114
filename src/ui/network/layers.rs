//! The layer table, as `model.summary()` shows it in Keras, for every network there is.

use leptos::prelude::*;

use crate::ui::desk::Desk;
use crate::ui::device::grouped;

/// The table of one network, the one in use unless a person chooses another.
#[component]
pub(super) fn Layers() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let chosen = RwSignal::new(None::<usize>);
    let names = Memo::new(move |_| {
        desk.inspection.with(|seen| {
            seen.as_ref().map_or_else(Vec::new, |seen| {
                let tables = seen.tables.iter();
                tables.map(|table| table.architecture.clone()).collect()
            })
        })
    });
    let own = Memo::new(move |_| {
        let name = desk
            .inspection
            .with(|seen| Some(seen.as_ref()?.architecture.clone()));
        names.with(|names| names.iter().position(|other| Some(other) == name.as_ref()))
    });
    let shown = move || chosen.get().or_else(|| own.get()).unwrap_or(0);
    let table = Memo::new(move |_| {
        desk.inspection
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
        <section aria-label="Layers">
            <h2>"Its layers"</h2>
            <div class="tabs" role="group" aria-label="Network">
                {tabs}
            </div>
            <div class="scrolls" role="region" aria-label="The layers" tabindex="0">
                <table class="layers">
                    <thead>
                        <tr>
                            <th scope="col">"Layer"</th>
                            <th scope="col">"What it does"</th>
                            <th scope="col">"Output"</th>
                            <th scope="col">"Parameters"</th>
                            <th scope="col">"Multiply-adds"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                    <tfoot>
                        <tr>
                            <th scope="row">"All"</th>
                            <td></td>
                            <td></td>
                            <td data-testid="layers-parameters">{move || grouped(parameters())}</td>
                            <td>{move || grouped(sums())}</td>
                        </tr>
                    </tfoot>
                </table>
            </div>
            <p class="note">
                "Outputs and multiply-adds are those of one drawing; of the score, those of a pair. koch is the network of the paper."
            </p>
        </section>
    }
}
