//! The keyboard alone: from one control to the next until the wanted one has the focus.

use serde_json::json;

use crate::dashboard::visitor::Visitor;

const TAB: &str = "\u{e004}";
pub(crate) const ENTER: &str = "\u{e007}";
const MOST: usize = 80;

impl Visitor {
    /// Presses Tab until this has the focus, which can be seen.
    pub(crate) async fn tabs_to(&self, what: &str) {
        self.sees(what).await;
        let has = format!("return document.activeElement.matches({})", json!(what));
        for _ in 0..MOST {
            if self.says(&has).await == json!(true) {
                let outline = self
                    .says("return getComputedStyle(document.activeElement).outlineStyle !== 'none' || document.activeElement.matches('.cover')")
                    .await;
                assert_eq!(outline, json!(true), "the focus on {what} can be seen");
                return;
            }
            self.presses(TAB).await;
        }
        panic!("{what} cannot be reached by Tab");
    }
}
