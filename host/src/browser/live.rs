//! What a person at the live page sees and does: pictures of the tab, and gestures passed on to it.

use serde::{Deserialize, Serialize};

/// A picture of what can be seen of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// JPEG.
    pub jpeg: Vec<u8>,
    /// Its width in CSS pixels of the page, in which gestures are told.
    pub width: u32,
    /// Its height in CSS pixels.
    pub height: u32,
}

/// What a person did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Gesture {
    /// The pointer moved.
    Move {
        /// CSS pixels from the left.
        x: f64,
        /// CSS pixels from the top.
        y: f64,
    },
    /// A click of the main button.
    Click {
        /// CSS pixels from the left.
        x: f64,
        /// CSS pixels from the top.
        y: f64,
    },
    /// The wheel was turned.
    Wheel {
        /// CSS pixels from the left.
        x: f64,
        /// CSS pixels from the top.
        y: f64,
        /// CSS pixels to scroll right.
        dx: f64,
        /// CSS pixels to scroll down.
        dy: f64,
    },
    /// A key that writes nothing was pressed, by its name in UI Events (`Enter`, `Tab`, `ArrowLeft`).
    Key {
        /// Its name.
        key: String,
    },
    /// Text was typed or pasted.
    Text {
        /// The text.
        text: String,
    },
}
