//! The tab as a person sees and uses it: pictures of it, and gestures passed on, through ChromeDriver's way to the
//! DevTools protocol.
//!
//! Owns: what is known of the tab's windows and of the size of the one that is shown.
//! Never: notes what is typed, in an error or in the log.
//!
//! Which window is shown: the newest there is. One that the page opens comes to the front, and the one before it
//! comes back when it closes, so that nobody looks at a window that waits for another.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::browser::commands::Commands;
use crate::browser::error::PageError;
use crate::browser::keys::{self, Stroke};
use crate::browser::live::{Frame, Gesture};
use crate::config::limits;

/// The shift key, in the bits of `modifiers` (DevTools protocol, `Input.dispatchKeyEvent`).
const SHIFT: u8 = 8;

/// What is known of a tab that is shown to a person.
#[derive(Debug, Default)]
pub(crate) struct Screen {
    /// The windows, oldest first.
    windows: Vec<String>,
    shown: Option<String>,
    /// Width and height of the last picture, in CSS pixels.
    size: Option<(u32, u32)>,
    /// The main button is held down.
    is_pressed: bool,
}

impl Screen {
    /// Nobody looks any more; whether another window than this one was turned to last.
    pub(crate) fn leave(&mut self, home: &str) -> bool {
        let shown = std::mem::take(self).shown;
        shown.is_some_and(|window| window != home)
    }

    /// A picture of the newest window. Three commands, and two more when the window changes.
    pub(crate) async fn frame(&mut self, commands: &mut Commands) -> Result<Frame, PageError> {
        self.turn_to_newest(commands).await?;
        let quality = limits::FRAME_QUALITY;
        let wanted = json!({ "format": "jpeg", "quality": quality, "optimizeForSpeed": true });
        let taken = cdp(commands, "frame", "Page.captureScreenshot", wanted).await?;
        let jpeg = taken["data"].as_str().map(|data| STANDARD.decode(data));
        let Some(Ok(jpeg)) = jpeg else {
            return Err(PageError::Protocol("a picture that is none".to_owned()));
        };
        let (width, height) = self.measure(commands).await?;
        Ok(Frame {
            jpeg,
            width,
            height,
            windows: self.windows.len(),
        })
    }

    /// Does what a person did.
    pub(crate) async fn gesture(
        &mut self,
        commands: &mut Commands,
        gesture: &Gesture,
    ) -> Result<(), PageError> {
        match gesture {
            Gesture::Move { x, y } => self.mouse(commands, "mouseMoved", (*x, *y)).await,
            Gesture::Press { x, y } => self.press(commands, (*x, *y)).await,
            Gesture::Release { x, y } => self.release(commands, (*x, *y)).await,
            Gesture::Click { x, y } => {
                self.mouse(commands, "mouseMoved", (*x, *y)).await?;
                self.press(commands, (*x, *y)).await?;
                self.release(commands, (*x, *y)).await
            }
            Gesture::Wheel { x, y, dx, dy } => {
                self.inside(commands, (*x, *y)).await?;
                let turned = json!({
                    "type": "mouseWheel", "x": x, "y": y, "deltaX": dx, "deltaY": dy,
                });
                cdp(commands, "wheel", "Input.dispatchMouseEvent", turned)
                    .await
                    .map(drop)
            }
            Gesture::Key { key, shift } => {
                let stroke = keys::stroke(key)
                    .ok_or_else(|| PageError::InvalidArgument(format!("`{key}` is not a key")))?;
                key_down_and_up(commands, key, stroke, *shift).await
            }
            Gesture::Text { text } => {
                let typed = json!({ "text": text });
                cdp(commands, "type", "Input.insertText", typed)
                    .await
                    .map(drop)
            }
            Gesture::CloseWindow => self.close_newest(commands).await,
        }
    }

    async fn press(&mut self, commands: &mut Commands, at: (f64, f64)) -> Result<(), PageError> {
        self.is_pressed = true;
        self.mouse(commands, "mousePressed", at).await
    }

    async fn release(&mut self, commands: &mut Commands, at: (f64, f64)) -> Result<(), PageError> {
        self.is_pressed = false;
        self.mouse(commands, "mouseReleased", at).await
    }

    async fn mouse(
        &mut self,
        commands: &mut Commands,
        kind: &str,
        (x, y): (f64, f64),
    ) -> Result<(), PageError> {
        self.inside(commands, (x, y)).await?;
        let moves = kind == "mouseMoved";
        let button = if moves && !self.is_pressed {
            "none"
        } else {
            "left"
        };
        let event = json!({
            "type": kind, "x": x, "y": y, "button": button,
            "buttons": u8::from(self.is_pressed), "clickCount": u8::from(!moves),
        });
        cdp(commands, "mouse", "Input.dispatchMouseEvent", event)
            .await
            .map(drop)
    }

    /// Refuses a place that is outside of what can be seen.
    async fn inside(&mut self, commands: &mut Commands, at: (f64, f64)) -> Result<(), PageError> {
        let (width, height) = match self.size {
            Some(size) => size,
            None => self.measure(commands).await?,
        };
        let (x, y) = at;
        if (0.0..f64::from(width)).contains(&x) && (0.0..f64::from(height)).contains(&y) {
            return Ok(());
        }
        Err(PageError::InvalidArgument(format!(
            "({x}, {y}) is outside of the page, which is {width} by {height}"
        )))
    }

    /// What can be seen, scroll bars included: as the picture shows it.
    async fn measure(&mut self, commands: &mut Commands) -> Result<(u32, u32), PageError> {
        let wanted = json!({ "expression": "[innerWidth, innerHeight]", "returnByValue": true });
        let said = cdp(commands, "measure", "Runtime.evaluate", wanted).await?;
        let size: Option<(u32, u32)> = serde_json::from_value(said["result"]["value"].clone()).ok();
        let size = size.ok_or_else(|| PageError::Script("the page told no size".to_owned()))?;
        self.size = Some(size);
        Ok(size)
    }

    async fn turn_to_newest(&mut self, commands: &mut Commands) -> Result<(), PageError> {
        let there = commands.windows().await?;
        self.windows.retain(|known| there.contains(known));
        let new = there.into_iter();
        let new: Vec<String> = new
            .filter(|handle| !self.windows.contains(handle))
            .collect();
        self.windows.extend(new);
        let newest = self.windows.last().cloned();
        if self.shown != newest {
            self.size = None;
            if let Some(newest) = &newest {
                commands.show_window(newest).await?;
            }
            self.shown = newest;
        }
        Ok(())
    }

    /// Closes the newest window, if it is not the only one.
    async fn close_newest(&mut self, commands: &mut Commands) -> Result<(), PageError> {
        self.turn_to_newest(commands).await?;
        if self.windows.len() < 2 {
            return Err(PageError::InvalidArgument(
                "the only window stays open".to_owned(),
            ));
        }
        commands.close_window().await?;
        self.turn_to_newest(commands).await
    }
}

/// A command of the DevTools protocol to the window that is shown. The driver holds it back while the page loads.
async fn cdp(
    commands: &mut Commands,
    name: &'static str,
    method: &str,
    params: Value,
) -> Result<Value, PageError> {
    let body = json!({ "cmd": method, "params": params });
    commands.post(name, "goog/cdp/execute", body).await
}

async fn key_down_and_up(
    commands: &mut Commands,
    key: &str,
    stroke: Stroke,
    shift: bool,
) -> Result<(), PageError> {
    let mut event = json!({
        "key": key, "code": key, "windowsVirtualKeyCode": stroke.code,
        "modifiers": if shift { SHIFT } else { 0 },
    });
    let mut down = event.clone();
    down["type"] = if stroke.text.is_some() {
        "keyDown"
    } else {
        "rawKeyDown"
    }
    .into();
    if let Some(text) = stroke.text {
        down["text"] = text.into();
    }
    event["type"] = "keyUp".into();
    cdp(commands, "key-down", "Input.dispatchKeyEvent", down).await?;
    cdp(commands, "key-up", "Input.dispatchKeyEvent", event)
        .await
        .map(drop)
}
