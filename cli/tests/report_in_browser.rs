//! The report in a real Chromium. Needs chromium and chromedriver, and axe-core for the check of accessibility:
//!
//! ```sh
//! npm install --prefix target/axe axe-core
//! cargo test -p samestory-cli --features browser --test report_in_browser
//! ```

#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails is a test that fails"
)]

mod browser;

use std::path::{Path, PathBuf};

use fantoccini::Locator;
use fantoccini::key::Key;
use samestory_made::MadeNews;
use serde_json::{Value, json};

use browser::{Browser, DESK, PHONE, page, page_of, target};

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/data/news.jsonl")
}

/// What a check of accessibility finds, one line each.
async fn barriers(browser: &Browser) -> Vec<String> {
    let axe = target().join("axe/node_modules/axe-core/axe.min.js");
    let script = std::fs::read_to_string(&axe).unwrap_or_else(|error| {
        panic!(
            "{} cannot be read ({error}): npm install --prefix {} axe-core",
            axe.display(),
            target().join("axe").display()
        )
    });
    browser.run(&script).await;
    let run = "const done = arguments[arguments.length - 1];
        axe.run(document, { resultTypes: ['violations'] }).then((found) => done(found.violations.flatMap(
            ({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`))));";
    let found = browser.client.execute_async(run, Vec::new()).await.unwrap();
    found
        .as_array()
        .unwrap()
        .iter()
        .map(Value::to_string)
        .collect()
}

#[tokio::test]
async fn a_reader_searches_opens_a_story_and_compares_two_texts() {
    let folder = tempfile::tempdir().unwrap();
    let browser = Browser::new(DESK).await;
    browser.open(&page(&folder, &sample())).await;
    assert_eq!(browser.text("h1").await, "Who tells the same story");

    // search: instant, in headlines, sources, terms and ids, and it says how many there are
    let search = browser.client.find(Locator::Css("#search")).await.unwrap();
    for (words, found) in [
        (
            "lavrov blinken",
            "Found: 1 story of several articles, 0 articles that stand alone",
        ),
        ("HARBOUR post", "Found: "),
        ("northline-002", "Found: 1 story"),
        ("zuge", "Found: 1 story"),
        ("no such thing", "Nothing found."),
    ] {
        search.clear().await.unwrap();
        search.send_keys(words).await.unwrap();
        browser
            .run("return new Promise(requestAnimationFrame)")
            .await;
        let said = browser.text("#found").await;
        assert!(said.starts_with(found), "{words}: {said}");
    }
    search.clear().await.unwrap();
    search.send_keys("stockholm").await.unwrap();
    browser
        .run("return new Promise(requestAnimationFrame)")
        .await;
    let visible = browser
        .run("return document.querySelectorAll('.story:not([hidden])').length")
        .await;
    let said = browser.text("#found").await;
    assert!(
        said.starts_with(&format!("Found: {visible} stor")),
        "{said}"
    );

    // a story opens by the keyboard alone
    browser
        .run("document.querySelector('.story:not([hidden]) summary').focus()")
        .await;
    let summary = browser.client.active_element().await.unwrap();
    summary
        .send_keys(&char::from(Key::Enter).to_string())
        .await
        .unwrap();
    browser.wait("#story-1 .verdict").await;
    assert_eq!(
        browser
            .run("return document.querySelector('#story-1 .fold').open")
            .await,
        true
    );
    let inside = browser.text("#story-1 .inside").await;
    for told in [
        "First: ",
        "Northline Wire",
        "Also in ",
        "cohesion",
        "separation",
        "What holds it together",
    ] {
        assert!(inside.contains(told), "{told}: {inside}");
    }
    // five reports, two of the articles folded as copies
    let reports = browser
        .run("return document.querySelectorAll('#story-1 .reports > li').length")
        .await;
    assert_eq!(reports, 5);
    assert_eq!(
        browser
            .run("return document.querySelectorAll('#story-1 .copies li').length")
            .await,
        2
    );

    // the pair that comes first is not a copy; another pair is chosen
    let verdict = browser.text("#story-1 .verdict").await;
    assert!(
        verdict.starts_with("The same event in other words"),
        "{verdict}"
    );
    let sides = || {
        browser.run("return [...document.querySelectorAll('#story-1 .sides .side .t')].map((side) => side.textContent)")
    };
    let before = sides().await;
    let other = browser
        .client
        .find(Locator::Css("#story-1 select.b"))
        .await
        .unwrap();
    other.select_by_index(1).await.unwrap();
    let verdict = browser.text("#story-1 .verdict").await;
    assert!(verdict.starts_with("The same text"), "{verdict}");
    let after = sides().await;
    assert_eq!(before[0], after[0]);
    assert_ne!(before[1], after[1]);
    // both are the whole texts, with the same words marked in both
    let whole = browser.run("return [1, 2].map((n) => document.querySelector(`#story-1 .member[data-number='${n}'] .t`).textContent)").await;
    assert_eq!(after, whole);
    let marks = browser
        .run("return [...document.querySelectorAll('#story-1 .sides .side')].map((side) => [...side.querySelectorAll('mark')].map((mark) => mark.textContent.toLowerCase().replace(/\\P{L}+/gu, ' ')).join(' '))")
        .await;
    assert!(marks[0].as_str().unwrap().len() > 200, "{marks}");
    assert_eq!(marks[0], marks[1]);
    browser.click("#story-1 .evidence summary").await;
    let evidence = browser.text("#story-1 .evidence").await;
    assert!(evidence.contains("Shared words (cosine 0."), "{evidence}");
    assert!(evidence.contains("windows of words"), "{evidence}");

    // a square of the heat map chooses its pair; the table has the same figures
    let choose = "const heat = document.querySelector('#story-1 .heat');
        const at = new DOMPoint(6.5, 4.5).matrixTransform(heat.getScreenCTM());
        heat.dispatchEvent(new MouseEvent('click', { clientX: at.x, clientY: at.y }));
        return ['a', 'b'].map((name) => document.querySelector(`#story-1 select.${name}`).value)";
    assert_eq!(browser.run(choose).await, json!(["4", "6"]));
    browser.click("#story-1 .numbers summary").await;
    browser.wait("#story-1 .numbers table").await;
    let cells = "return document.querySelectorAll('#story-1 .numbers td').length";
    let cells = browser.run(cells).await;
    assert_eq!(cells, 7 * 7 + 1);

    // another order
    search.clear().await.unwrap();
    browser
        .client
        .find(Locator::Css("#order"))
        .await
        .unwrap()
        .select_by_value("newest")
        .await
        .unwrap();
    let times = "return [...document.querySelectorAll('#several > *')].map((story) => +story.dataset.newest)";
    let times = browser.run(times).await;
    let times: Vec<f64> = times
        .as_array()
        .unwrap()
        .iter()
        .map(|time| time.as_f64().unwrap())
        .collect();
    assert!(times.is_sorted_by(|a, b| a >= b), "{times:?}");
    assert_eq!(browser.complaints().await, Vec::<Value>::new());
}

#[tokio::test]
async fn it_is_readable_on_every_screen_in_light_and_dark_without_barriers() {
    let folder = tempfile::tempdir().unwrap();
    let page = page(&folder, &sample());
    let browser = Browser::new(DESK).await;
    for (name, screen) in [("1280x800", DESK), ("390x844", PHONE)] {
        for (scheme, screen) in [("light", screen), ("dark", screen.dark())] {
            browser.look(screen).await;
            browser.open(&page).await;
            browser.picture(&format!("{name}-{scheme}")).await;
            browser.open_story().await;
            browser
                .open_details("#story-1 details, .about, .chart:first-child details")
                .await;
            for (part, css) in [
                ("story", "#story-1"),
                ("why", "#story-1 .why"),
                ("compare", "#story-1 .compare"),
            ] {
                // a jump to a place ends below what stays on top
                let hidden = browser
                    .run(&format!(
                        "const place = document.querySelector('{css}');
                        place.scrollIntoView({{ behavior: 'instant' }});
                        const tools = document.querySelector('.tools').getBoundingClientRect();
                        return new Promise((done) => requestAnimationFrame(() => \
                            done(tools.bottom - place.getBoundingClientRect().top)))"
                    ))
                    .await;
                assert!(
                    hidden.as_f64().is_some_and(|pixels| pixels <= 0.0),
                    "{name}, {part}: {hidden} pixels are hidden"
                );
                browser.picture(&format!("{name}-{scheme}-{part}")).await;
            }
            let width = browser
                .run("return document.documentElement.scrollWidth")
                .await;
            assert_eq!(width, screen.width, "{name} is too wide");
            let found = barriers(&browser).await;
            assert!(found.is_empty(), "{name}, {scheme}:\n{}", found.join("\n"));
        }
    }
    // headings in order
    let levels = "return [...document.querySelectorAll('h1, h2, h3, h4, h5')].map((heading) => +heading.tagName[1])";
    let levels = browser.run(levels).await;
    let levels: Vec<i64> = levels
        .as_array()
        .unwrap()
        .iter()
        .map(|level| level.as_i64().unwrap())
        .collect();
    assert_eq!(levels.iter().filter(|&&level| level == 1).count(), 1);
    assert!(
        levels.windows(2).all(|pair| pair[1] <= pair[0] + 1),
        "{levels:?}"
    );
    assert_eq!(browser.complaints().await, Vec::<Value>::new());
}

#[tokio::test]
async fn colours_can_be_switched() {
    let folder = tempfile::tempdir().unwrap();
    let browser = Browser::new(DESK).await;
    browser.open(&page(&folder, &sample())).await;
    let paper = || browser.run("return getComputedStyle(document.body).backgroundColor");
    let light = paper().await;
    browser.click("#theme-dark").await;
    let dark = paper().await;
    assert_ne!(light, dark);
    browser.look(DESK.dark()).await;
    browser.click("#theme-light").await;
    assert_eq!(paper().await, light);
    browser.click("#theme-auto").await;
    assert_eq!(paper().await, dark);
}

#[tokio::test]
async fn text_of_articles_stays_text() {
    let folder = tempfile::tempdir().unwrap();
    let evil = "</script><script>window.evil = 1</script><img src=x onerror='window.evil = 2'>\"'&lt;b&gt; \u{202E}txet\u{202C} \u{2028} 🙂👨‍👩‍👧 \r\nשלום \u{200F}";
    let shared = "🚢 The ferry Corrigan ran aground off Marr with 212 people 🙂 on board, and lifeboats took everyone to the harbour.";
    let rows = [
        json!({"id": evil, "title": evil, "text": format!("{evil} {shared}"), "source": evil, "url": "javascript:window.evil=3"}),
        json!({"id": "b", "title": evil, "text": format!("🙂🙂\r\n\r\n{shared} {evil}"), "source": "S", "url": "https://example.org/?<b>"}),
        json!({"id": "c", "title": "Something else altogether", "text": evil, "url": "data:text/html,<script>1</script>"}),
    ];
    let browser = Browser::new(DESK).await;
    browser.open(&page_of(&folder, &rows)).await;
    browser.open_details("details").await;
    assert_eq!(browser.run("return window.evil ?? null").await, Value::Null);
    assert_eq!(
        browser
            .run("return document.querySelectorAll('img').length")
            .await,
        0
    );
    let links = browser
        .run("return [...document.querySelectorAll('main a')].map((link) => link.href)")
        .await;
    assert_eq!(links, json!(["https://example.org/?%3Cb%3E"]));
    // what was written is what is read, but for line breaks, which HTML has one kind of
    let texts = browser
        .run("return [...document.querySelectorAll('.member .t')].map((text) => text.textContent)")
        .await;
    for (text, row) in texts.as_array().unwrap().iter().zip(&rows) {
        let written = row["text"].as_str().unwrap().replace("\r\n", "\n");
        assert_eq!(text.as_str().unwrap(), written);
    }
    // and each mark begins and ends where its words do
    let marks = browser
        .run("return [...document.querySelectorAll('.sides .t')].map((side) => [...side.querySelectorAll('mark')].map((mark) => mark.textContent))")
        .await;
    let words = shared.trim_start_matches("🚢 ").trim_end_matches('.');
    for side in marks.as_array().unwrap() {
        let side: Vec<&str> = side
            .as_array()
            .unwrap()
            .iter()
            .map(|mark| mark.as_str().unwrap())
            .collect();
        assert!(side.iter().any(|mark| mark.contains(words)), "{side:?}");
    }
    assert_eq!(browser.complaints().await, Vec::<Value>::new());
}

/// Prints how long it takes to open; how fast a machine is decides nothing here.
#[tokio::test]
async fn ten_thousand_articles_are_one_page() {
    let folder = tempfile::tempdir().unwrap();
    let news = MadeNews::new(1);
    let rows: Vec<Value> = news
        .articles(0..10_000)
        .into_iter()
        .map(|it| json!({"id": it.id, "title": it.title, "text": it.text, "source": it.source, "published": it.published.map(|at| jiff::Timestamp::from_second(at).unwrap().to_string())}))
        .collect();
    let page = page_of(&folder, &rows);
    let bytes = std::fs::metadata(&page).unwrap().len();
    assert!(bytes < 15_000_000, "{bytes} bytes");
    let browser = Browser::new(DESK).await;
    browser.open(&page).await;
    let load =
        "const [times] = performance.getEntriesByType('navigation'); return times.loadEventEnd";
    println!("{bytes} bytes, loaded in {} ms", browser.run(load).await);
    let listed = "return [...document.querySelectorAll('.story, .alone')].reduce((sum, card) => sum + +card.dataset.size, 0)";
    assert_eq!(browser.run(listed).await, 10_000);
    browser.open_story().await;
    let verdict = browser.text("#story-1 .verdict").await;
    assert!(!verdict.is_empty());
    assert_eq!(browser.complaints().await, Vec::<Value>::new());
}
