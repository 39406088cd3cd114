//! As much of W3C WebDriver as the tests need, blocking.
//!
//! Knows commands and answers. Refuses to know browsers and the page. Source: the W3C
//! recommendation "WebDriver", and `/se/log`, which Chromium's driver adds.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

use crate::{Error, Result};

/// The key under which an element's reference travels (WebDriver, section 12.1).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A replay of a whole drawing may take seconds; what takes longer hangs.
const TIMEOUT_SECONDS: u64 = 120;

/// An open browser window. It closes when this is dropped.
#[derive(Debug)]
pub struct Session {
    url: String,
    capabilities: Value,
    calls: AtomicU64,
}

/// An element of the page.
#[derive(Clone, Debug)]
pub struct Element(Value);

impl Session {
    /// Opens a browser by the driver at this address.
    ///
    /// # Errors
    /// When the driver or the browser refuses.
    pub fn open(driver: &str, capabilities: &Value) -> Result<Self> {
        let body = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let url = format!("{driver}/session");
        let value = call("new session", minreq::post(url), Some(&body))?;
        match value["sessionId"].as_str() {
            Some(id) => Ok(Self {
                url: format!("{driver}/session/{id}"),
                capabilities: value["capabilities"].clone(),
                calls: AtomicU64::new(0),
            }),
            None => Err(Error::Answer {
                command: "new session".into(),
                message: value.to_string(),
            }),
        }
    }

    /// What the browser says of itself, as `Firefox 153.0`.
    #[must_use]
    pub fn browser(&self) -> String {
        let word = |name: &str| self.capabilities[name].as_str().unwrap_or("?").to_owned();
        format!("{} {}", word("browserName"), word("browserVersion"))
    }

    /// Goes to an address and waits until it is loaded.
    ///
    /// # Errors
    /// When the browser can't load it.
    pub fn go(&self, url: &str) -> Result<()> {
        self.post("url", &json!({ "url": url })).map(drop)
    }

    /// Loads the page again.
    ///
    /// # Errors
    /// When the browser can't load it.
    pub fn reload(&self) -> Result<()> {
        self.post("refresh", &json!({})).map(drop)
    }

    /// The tab that commands go to.
    ///
    /// # Errors
    /// When the driver fails.
    pub fn window(&self) -> Result<String> {
        let url = format!("{}/window", self.url);
        let value = call("window", minreq::get(url), None)?;
        Ok(value.as_str().unwrap_or_default().to_owned())
    }

    /// Opens another tab, to which commands don't go yet.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn new_tab(&self) -> Result<String> {
        let value = self.post("window/new", &json!({ "type": "tab" }))?;
        Ok(value["handle"].as_str().unwrap_or_default().to_owned())
    }

    /// Brings a tab to the front, and sends commands to it from now on.
    ///
    /// # Errors
    /// When there is no such tab.
    pub fn switch(&self, tab: &str) -> Result<()> {
        self.post("window", &json!({ "handle": tab })).map(drop)
    }

    /// Makes the window such that the page has this many CSS pixels.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn resize(&self, width: u32, height: u32) -> Result<()> {
        // What an earlier call may have set; Firefox has no such command, and no need of it.
        let _ = self.devtools("Emulation.clearDeviceMetricsOverride", &json!({}));
        let body = json!({ "width": width, "height": height });
        self.post("window/rect", &body)?;
        let frame = self.run(
            "return [outerWidth - innerWidth, outerHeight - innerHeight]",
            &[],
        )?;
        let extra = |at: usize| frame[at].as_u64().unwrap_or(0);
        let body = json!({
            "width": u64::from(width) + extra(0),
            "height": u64::from(height) + extra(1),
        });
        self.post("window/rect", &body)?;
        if self.run("return innerWidth > arguments[0]", &[json!(width)])? == json!(true) {
            // Chromium's own windows are no narrower than 500 pixels.
            let screen =
                json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": true });
            self.devtools("Emulation.setDeviceMetricsOverride", &screen)?;
        }
        Ok(())
    }

    /// Runs JavaScript in the page: the body of a function, whose arguments are `arguments`.
    ///
    /// # Errors
    /// When it throws.
    pub fn run(&self, script: &str, arguments: &[Value]) -> Result<Value> {
        let body = json!({ "script": script, "args": arguments });
        self.post("execute/sync", &body)
    }

    /// As [`Self::run`]; the script calls its last argument with the result.
    ///
    /// # Errors
    /// When it throws or takes longer than the browser's limit.
    pub fn run_async(&self, script: &str, arguments: &[Value]) -> Result<Value> {
        let body = json!({ "script": script, "args": arguments });
        self.post("execute/async", &body)
    }

    /// Commands sent until now: the driver keeps something of each in the page.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// Lets asynchronous scripts take so long.
    ///
    /// # Errors
    /// When the driver refuses.
    pub fn patience(&self, limit: std::time::Duration) -> Result<()> {
        let body = json!({ "script": limit.as_millis() as u64 });
        self.post("timeouts", &body).map(drop)
    }

    /// Looks into a frame from now on, or at the page itself.
    ///
    /// # Errors
    /// When the frame has gone.
    pub fn look_into(&self, frame: Option<&Element>) -> Result<()> {
        let id = frame.map_or(Value::Null, Element::value);
        self.post("frame", &json!({ "id": id })).map(drop)
    }

    /// The first element that a CSS selector matches.
    ///
    /// # Errors
    /// When there is none.
    pub fn find(&self, selector: &str) -> Result<Element> {
        let body = json!({ "using": "css selector", "value": selector });
        Ok(Element(self.post("element", &body)?))
    }

    /// Clicks on an element as a person would: it must be visible and on top.
    ///
    /// # Errors
    /// When it can't be clicked.
    pub fn click(&self, element: &Element) -> Result<()> {
        let path = format!("element/{}/click", element.id());
        self.post(&path, &json!({})).map(drop)
    }

    /// Types keys into an element.
    ///
    /// # Errors
    /// When it takes none.
    pub fn send_keys(&self, element: &Element, text: &str) -> Result<()> {
        let path = format!("element/{}/value", element.id());
        self.post(&path, &json!({ "text": text })).map(drop)
    }

    /// Performs input actions (WebDriver, section 15).
    ///
    /// # Errors
    /// When the browser refuses one of them.
    pub fn act(&self, sources: &Value) -> Result<()> {
        self.post("actions", &json!({ "actions": sources }))
            .map(drop)
    }

    /// A picture of the window: a PNG file in base64.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn picture(&self) -> Result<String> {
        let value = call(
            "screenshot",
            minreq::get(format!("{}/screenshot", self.url)),
            None,
        )?;
        Ok(value.as_str().unwrap_or_default().to_owned())
    }

    /// New entries of a log, `browser` or `performance`; Chromium only.
    ///
    /// # Errors
    /// When the driver has no such log.
    pub fn log(&self, kind: &str) -> Result<Vec<Value>> {
        let value = self.post("se/log", &json!({ "type": kind }))?;
        Ok(value.as_array().cloned().unwrap_or_default())
    }

    /// Sends a command of Chromium's own (Chrome DevTools Protocol).
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn devtools(&self, command: &str, parameters: &Value) -> Result<Value> {
        let body = json!({ "cmd": command, "params": parameters });
        self.post("goog/cdp/execute", &body)
    }

    fn post(&self, command: &str, body: &Value) -> Result<Value> {
        let url = format!("{}/{command}", self.url);
        self.calls.fetch_add(1, Ordering::Relaxed);
        call(command, minreq::post(url), Some(body))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // The driver is ended next, and the browser with it, if this does not work.
        let _ = call("delete session", minreq::delete(self.url.as_str()), None);
    }
}

impl Element {
    /// The element as an argument of a script.
    #[must_use]
    pub fn value(&self) -> Value {
        self.0.clone()
    }

    fn id(&self) -> &str {
        self.0[ELEMENT].as_str().unwrap_or_default()
    }
}

fn call(command: &str, request: minreq::Request, body: Option<&Value>) -> Result<Value> {
    let mut request = request.with_timeout(TIMEOUT_SECONDS);
    if let Some(body) = body {
        request = request
            .with_header("Content-Type", "application/json; charset=utf-8")
            .with_body(body.to_string());
    }
    let response = request.send().map_err(|source| Error::Connection {
        command: command.into(),
        source,
    })?;
    let answer: Value =
        serde_json::from_slice(response.as_bytes()).map_err(|error| Error::Answer {
            command: command.into(),
            message: error.to_string(),
        })?;
    let value = &answer["value"];
    if response.status_code == 200 {
        return Ok(value.clone());
    }
    Err(Error::Answer {
        command: command.into(),
        message: format!(
            "{}: {}",
            value["error"].as_str().unwrap_or("error"),
            value["message"].as_str().unwrap_or_default()
        ),
    })
}
