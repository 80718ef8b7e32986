//! The portal that calls of this thread go to.

use std::cell::RefCell;
use std::rc::Rc;

use gantry_mock_page::MockCall;

use crate::native::clock::MockClock;

/// What the imports work on.
#[derive(Debug)]
pub(crate) struct Backend {
    pub(crate) call: MockCall,
    pub(crate) clock: MockClock,
}

thread_local! {
    static INSTALLED: RefCell<Option<Rc<RefCell<Backend>>>> = const { RefCell::new(None) };
}

/// A portal is installed in this thread for as long as this lives; then the one before it is again.
#[derive(Debug)]
#[must_use = "the portal is installed until this is dropped"]
pub struct Installed(Option<Rc<RefCell<Backend>>>);

impl Installed {
    pub(crate) fn new(backend: Rc<RefCell<Backend>>) -> Self {
        Self(INSTALLED.replace(Some(backend)))
    }
}

impl Drop for Installed {
    fn drop(&mut self) {
        INSTALLED.set(self.0.take());
    }
}

/// Works on the installed portal, if there is one.
pub(crate) fn try_with<T>(work: impl FnOnce(&mut Backend) -> T) -> Option<T> {
    let backend = INSTALLED.with_borrow(Clone::clone)?;
    let mut backend = backend.borrow_mut();
    Some(work(&mut backend))
}

/// Works on the installed portal.
///
/// # Panics
/// Without one: there is no page on the build machine.
#[track_caller]
pub(crate) fn with<T>(name: &str, work: impl FnOnce(&mut Backend) -> T) -> T {
    match try_with(work) {
        Some(done) => done,
        None => panic!(
            "`{name}` was called outside a component, and no mock portal is installed in this thread: run the operation \
             with `gantry_sdk::mock::Portal::new().page(…).run::<Operation>(&input)`, or keep the value of `portal.install()`"
        ),
    }
}
