//! A parsed document, and the two ways in which it changes without being replaced.
//!
//! Never: knows addresses or handles. A node that was taken out stays in memory, but belongs to it no more.

use ego_tree::{NodeId, NodeRef};
use scraper::{ElementRef, Html, Node};

/// A document.
#[derive(Debug)]
pub(crate) struct Document(Html);

impl Document {
    pub(crate) fn parse(html: &str) -> Self {
        let mut parsed = Html::parse_document(html);
        leave_templates_empty(&mut parsed);
        Self(parsed)
    }

    pub(crate) fn root(&self) -> NodeRef<'_, Node> {
        self.0.tree.root()
    }

    /// All elements, in document order.
    pub(crate) fn elements(&self) -> impl Iterator<Item = ElementRef<'_>> {
        self.root().descendants().filter_map(ElementRef::wrap)
    }

    /// The element, if it still belongs to the document.
    pub(crate) fn element(&self, id: NodeId) -> Option<ElementRef<'_>> {
        let node = self.0.tree.get(id)?;
        let top = node.ancestors().last()?;
        (top.id() == self.root().id())
            .then(|| ElementRef::wrap(node))
            .flatten()
    }

    pub(crate) fn by_id(&self, id: &str) -> Option<ElementRef<'_>> {
        self.elements()
            .find(|element| element.value().id() == Some(id))
    }

    /// Puts markup at the end of an element.
    pub(crate) fn append(&mut self, into: NodeId, html: &str) {
        // Only inside a template may markup begin with any element, such as a table row.
        let mut fragment = Html::parse_fragment(&format!("<template>{html}</template>"));
        let content = fragment
            .tree
            .nodes()
            .find(|node| is_template(*node))
            .and_then(|template| template.first_child())
            .map(|content| content.id());
        let Some(content) = content else { return };
        leave_inner_templates_empty(&mut fragment, content);
        if let Some(content) = fragment.tree.get(content) {
            for child in content.children() {
                copy(&mut self.0, into, child);
            }
        }
    }

    /// Puts markup in the place of what is inside an element.
    pub(crate) fn replace_inside(&mut self, of: NodeId, html: &str) {
        let children: Vec<NodeId> = self.0.tree.get(of).map_or_else(Vec::new, |node| {
            node.children().map(|child| child.id()).collect()
        });
        for child in children {
            if let Some(mut child) = self.0.tree.get_mut(child) {
                child.detach();
            }
        }
        self.append(of, html);
    }
}

fn copy(html: &mut Html, into: NodeId, node: NodeRef<'_, Node>) {
    let Some(mut parent) = html.tree.get_mut(into) else {
        return;
    };
    let copied = parent.append(node.value().clone()).id();
    for child in node.children() {
        copy(html, copied, child);
    }
}

fn is_template(node: NodeRef<'_, Node>) -> bool {
    node.value()
        .as_element()
        .is_some_and(|element| element.name() == "template")
}

/// What a template holds is no part of the document: no locator finds it.
fn leave_templates_empty(html: &mut Html) {
    let root = html.tree.root().id();
    leave_inner_templates_empty(html, root);
}

fn leave_inner_templates_empty(html: &mut Html, below: NodeId) {
    let Some(top) = html.tree.get(below) else {
        return;
    };
    let contents: Vec<NodeId> = top
        .descendants()
        .filter(|node| is_template(*node))
        .flat_map(|template| template.children().map(|content| content.id()))
        .collect();
    for content in contents {
        if let Some(mut content) = html.tree.get_mut(content) {
            content.detach();
        }
    }
}
