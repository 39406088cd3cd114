//! The head of the page: its pages' names and titles, the model, the theme, the language.

area! {
    Head {
        skip,
        title_draw,
        title_teach,
        title_trials,
        title_train,
        title_network,
        title_about,
        pages,
        draw,
        teach,
        trials,
        train,
        network,
        about,
        model,
        models,
        theme,
        change_theme,
        language,
        reload_ends_run,
        late,
        missing,
    }
}
