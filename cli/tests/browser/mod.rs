//! A real Chromium without a window, driven through WebDriver.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};
use tempfile::TempDir;
use url::Url;

/// A browser with one page. Both programs end with it.
pub(crate) struct Browser {
    pub(crate) client: Client,
    driver: Child,
    port: u16,
    _profile: TempDir,
}

/// What a page is looked at with.
#[derive(Clone, Copy)]
pub(crate) struct Screen {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) dark: bool,
}

pub(crate) const DESK: Screen = Screen {
    width: 1280,
    height: 800,
    dark: false,
};

pub(crate) const PHONE: Screen = Screen {
    width: 390,
    height: 844,
    dark: false,
};

impl Screen {
    pub(crate) fn dark(self) -> Self {
        Self { dark: true, ..self }
    }
}

/// A command of chromedriver's own.
#[derive(Debug)]
struct Own(&'static str, Value);

impl WebDriverCompatibleCommand for Own {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, url::ParseError> {
        base.join(&format!(
            "session/{}/{}",
            session.unwrap_or_default(),
            self.0
        ))
    }

    fn method_and_body(&self, _: &Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.1.to_string()))
    }
}

impl Browser {
    /// Starts both programs, or says what is missing: a test without a browser would show nothing.
    pub(crate) async fn new(screen: Screen) -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("chromedriver cannot be started ({error}): install chromium and chromium-driver, or leave out `--features browser`")
            });
        let said = BufReader::new(driver.stdout.take().unwrap());
        let port = said
            .lines()
            .map_while(Result::ok)
            .find_map(|line| {
                let (_, port) = line.split_once("started successfully on port ")?;
                port.trim_end_matches('.').parse::<u16>().ok()
            })
            .expect("chromedriver says its port");
        let profile = tempfile::tempdir().unwrap();
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            &format!("--user-data-dir={}", profile.path().display()),
        ];
        let capabilities = json!({
            "goog:chromeOptions": { "args": arguments },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let connected =
            ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
                .capabilities(capabilities.as_object().unwrap().clone())
                .connect(&format!("http://127.0.0.1:{port}"))
                .await;
        let client = match connected {
            Ok(client) => client,
            Err(error) => {
                let _ = driver.kill();
                panic!("chromium cannot be started: {error}");
            }
        };
        let browser = Self {
            client,
            driver,
            port,
            _profile: profile,
        };
        browser.look(screen).await;
        browser
    }

    /// Looks at the page on another screen.
    pub(crate) async fn look(&self, screen: Screen) {
        let Screen {
            width,
            height,
            dark,
        } = screen;
        let scheme = if dark { "dark" } else { "light" };
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500 }),
        )
        .await;
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.devtools(
            "Emulation.setEmulatedMedia",
            json!({ "features": features }),
        )
        .await;
    }

    pub(crate) async fn devtools(&self, command: &str, params: Value) {
        let body = json!({ "cmd": command, "params": params });
        let sent = self.client.issue_cmd(Own("goog/cdp/execute", body)).await;
        sent.unwrap();
    }

    /// Opens a page of the disk.
    pub(crate) async fn open(&self, page: &Path) {
        let url = Url::from_file_path(page).unwrap();
        self.client.goto(url.as_str()).await.unwrap();
    }

    /// What a script gives.
    pub(crate) async fn run(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    /// The text of an element as a person sees it.
    pub(crate) async fn text(&self, css: &str) -> String {
        let element = self.client.find(Locator::Css(css)).await.unwrap();
        element.text().await.unwrap()
    }

    pub(crate) async fn click(&self, css: &str) {
        // not below what stays on top
        self.run(&format!(
            "document.querySelector('{css}').scrollIntoView({{ block: 'center' }})"
        ))
        .await;
        let element = self.client.find(Locator::Css(css)).await.unwrap();
        element.click().await.unwrap();
    }

    /// Opens what is folded, and returns when the page has filled it: a browser tells the page of it
    /// only after the script that opens has ended.
    pub(crate) async fn open_details(&self, css: &str) {
        self.run(&format!(
            "const closed = [...document.querySelectorAll('{css}')].filter((fold) => !fold.open);
            return Promise.all(closed.map((fold) => new Promise((done) => {{
                fold.addEventListener('toggle', () => done(), {{ once: true }});
                fold.open = true;
            }})))"
        ))
        .await;
    }

    /// Opens the first story.
    pub(crate) async fn open_story(&self) {
        self.click("#story-1 summary").await;
        self.wait("#story-1 .verdict").await;
    }

    /// Waits for an element.
    pub(crate) async fn wait(&self, css: &str) {
        let waiting = self.client.wait().for_element(Locator::Css(css));
        waiting.await.unwrap();
    }

    /// What the browser complained about since it was last asked.
    pub(crate) async fn complaints(&self) -> Vec<Value> {
        let log = Own("se/log", json!({ "type": "browser" }));
        let log = self.client.issue_cmd(log).await.unwrap();
        log.as_array().unwrap().clone()
    }

    /// Keeps a picture of the screen among what the build makes.
    pub(crate) async fn picture(&self, name: &str) {
        let folder = target().join("report");
        std::fs::create_dir_all(&folder).unwrap();
        let picture = self.client.screenshot().await.unwrap();
        std::fs::write(folder.join(format!("{name}.png")), picture).unwrap();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // so it closes the browser it started; a kill would leave that behind
        let shut = TcpStream::connect(("127.0.0.1", self.port)).and_then(|mut driver| {
            driver.write_all(
                b"GET /shutdown HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
            )?;
            driver.read_to_end(&mut Vec::new())
        });
        if shut.is_err() {
            let _ = self.driver.kill();
        }
        let _ = self.driver.wait();
    }
}

/// Where the build puts what it makes.
pub(crate) fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
        .parent()
        .unwrap()
        .into()
}

/// The page that the program makes of rows.
pub(crate) fn page(folder: &TempDir, rows: &Path) -> PathBuf {
    let page = folder.path().join("report.html");
    let done = Command::new(env!("CARGO_BIN_EXE_samestory"))
        .arg("report")
        .arg(rows)
        .arg("-o")
        .arg(&page)
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    page
}

/// The page of rows that a test writes.
pub(crate) fn page_of(folder: &TempDir, rows: &[Value]) -> PathBuf {
    let file = folder.path().join("rows.jsonl");
    let lines: String = rows.iter().map(|row| format!("{row}\n")).collect();
    std::fs::write(&file, lines).unwrap();
    page(folder, &file)
}
