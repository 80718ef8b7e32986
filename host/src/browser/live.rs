//! What a person at the live page sees and does: pictures of the tab, and gestures passed on to it.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A picture of what can be seen of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// JPEG.
    pub jpeg: Vec<u8>,
    /// Its width in CSS pixels of the page, in which gestures are told.
    pub width: u32,
    /// Its height in CSS pixels.
    pub height: u32,
    /// How many windows there are. The newest is shown.
    pub windows: usize,
}

/// What a person did. Its debug form leaves out what was typed.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Gesture {
    /// The pointer moved.
    Move {
        /// CSS pixels from the left.
        x: f64,
        /// CSS pixels from the top.
        y: f64,
    },
    /// The main button was pressed and released at one place.
    Click {
        /// CSS pixels from the left.
        x: f64,
        /// CSS pixels from the top.
        y: f64,
    },
    /// The main button was pressed, to be held.
    Press {
        /// CSS pixels from the left.
        x: f64,
        /// CSS pixels from the top.
        y: f64,
    },
    /// The main button was let go.
    Release {
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
        /// Whether the shift key was held.
        #[serde(default)]
        shift: bool,
    },
    /// Text was typed or pasted.
    Text {
        /// The text.
        text: String,
    },
    /// The window that is shown is to be closed. Not the only one.
    CloseWindow,
}

impl fmt::Debug for Gesture {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Move { x, y } => write!(out, "move {x} {y}"),
            Self::Click { x, y } => write!(out, "click {x} {y}"),
            Self::Press { x, y } => write!(out, "press {x} {y}"),
            Self::Release { x, y } => write!(out, "release {x} {y}"),
            Self::Wheel { x, y, dx, dy } => write!(out, "wheel {x} {y} by {dx} {dy}"),
            Self::Key { .. } => write!(out, "key"),
            Self::Text { .. } => write!(out, "text"),
            Self::CloseWindow => write!(out, "close-window"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Gesture;

    #[test]
    fn what_is_typed_is_in_no_debug_text() {
        let typed = Gesture::Text {
            text: "hunter2".to_owned(),
        };
        assert_eq!(format!("{typed:?}"), "text");
    }

    #[test]
    fn gestures_have_the_shape_that_the_page_sends() {
        let read = |text: &str| serde_json::from_str::<Gesture>(text);
        let tab = Gesture::Key {
            key: "Tab".to_owned(),
            shift: false,
        };
        assert_eq!(read(r#"{"do":"key","key":"Tab"}"#).unwrap(), tab);
        assert_eq!(
            read(r#"{"do":"close-window"}"#).unwrap(),
            Gesture::CloseWindow
        );
        assert!(read(r#"{"do":"click","x":1}"#).is_err());
        assert!(read(r#"{"do":"click","x":1,"y":2,"z":3}"#).is_err());
    }
}
