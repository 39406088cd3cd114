//! The lessons of `#/learn` in Chromium on the CPU: their parts are alive.

use std::time::Duration;

use serde_json::json;
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::gesture::Pointer;
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::{Result, app};

/// A ranking on a busy machine.
const LIMIT: Duration = Duration::from_secs(30);

/// What the lessons show: number of lessons, pictures of the support set, bars, and the best match.
const SHOWN: &str = "const all = what => document.querySelectorAll(`.learn ${what}`);\
    return [all('[data-testid=lesson]').length, all('.example path').length,\
    all('.bars li:not([hidden])').length,\
    [...all('[data-testid=learn-match]:not([hidden])')].map(e => e.textContent)[0] ?? ''];";

#[test]
fn a_query_is_drawn_and_compared_in_the_lessons() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let url = format!("{}?device=cpu&model=compact#/learn", server.url());
    let page = Page::open(&browser, &url)?;
    page.first_ranking()?;
    let cross = [
        vec![[20.0, 20.0, 0.0], [85.0, 85.0, 0.0]],
        vec![[85.0, 20.0, 0.0], [20.0, 85.0, 0.0]],
    ];
    let clear = "document.querySelector('.learn .tools button:last-child').click();\
        document.querySelector('[data-testid=learn-pad]').scrollIntoView({ block: 'center' })";
    page.session().run(clear, &[])?;
    let pad = page.pad_of("learn-pad")?;
    page.draw(Pointer::Mouse, &pad.paths(&cross, 0.0))?;
    page.settle()?;
    let classes = page.support()?.len();
    let shown = wait("the comparison", LIMIT, || {
        let shown = page.session().run(SHOWN, &[])?;
        Ok(if shown[2] == json!(classes) {
            Look::Done(shown)
        } else {
            Look::Not(shown.to_string())
        })
    })?;
    assert_eq!(shown[0], json!(8));
    assert_eq!(shown[1], json!(classes));
    // The lessons' pad is the pad: the same drawing has the same best match on the other page.
    let best = page.matches()?.remove(0);
    let said = shown[3].as_str().unwrap_or_default().to_owned();
    let similarity = format!("{:.2}", best.similarity);
    assert!(said.contains(&similarity), "{said} for {best:?}");
    let name = best.character.replace("/character", " ").replace('_', " ");
    assert!(said.contains(&name), "{said} for {best:?}");
    Ok(())
}
