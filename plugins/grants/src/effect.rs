//! The one effect of a call: when it may begin, and which guarded click it lets through.
//!
//! Never: touches a journal. Whoever writes the intent down does it between `may_begin` and `opened`.

use crate::Capability;

/// Where the one effect of a call stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Effect {
    /// None was begun.
    #[default]
    None,
    /// The intent is written down; one guarded click is let through.
    Open,
    /// The click was let through.
    Spent,
    /// The component has said how it ended.
    Settled,
}

/// Why an effect may not begin. Nothing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BeginDenied {
    /// `submit` was not granted: the contract's `denied`.
    #[error("the grant `submit`")]
    NoGrant,
    /// A call has one effect: the contract's `duplicate`.
    #[error("this run has begun its effect already; a run has one")]
    AlreadyBegun,
}

/// Why a click on a guarded element was not made; the field is that element's text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClickDenied {
    /// There is no effect that it could belong to.
    #[error("`{0}` is guarded: no effect is open (`effects.begin`, with the grant `submit`)")]
    NoEffect(String),
    /// An effect has one click.
    #[error("`{0}` is guarded: the one click of this run's effect was made")]
    Spent(String),
}

impl Effect {
    /// Whether the call may begin its effect, given what it was granted.
    ///
    /// # Errors
    /// Without the grant, and if it has begun one, whatever became of that.
    pub fn may_begin(self, granted: impl Fn(Capability) -> bool) -> Result<(), BeginDenied> {
        if !granted(Capability::Submit) {
            return Err(BeginDenied::NoGrant);
        }
        match self {
            Self::None => Ok(()),
            Self::Open | Self::Spent | Self::Settled => Err(BeginDenied::AlreadyBegun),
        }
    }

    /// The intent is written down.
    pub fn opened(&mut self) {
        *self = Self::Open;
    }

    /// Lets one click on a guarded element through, if an effect is open; whoever passes has used it up.
    ///
    /// # Errors
    /// Without an open effect. The click is then not to be made.
    pub fn let_through(&mut self, guarded: &str) -> Result<(), ClickDenied> {
        match self {
            Self::Open => {
                *self = Self::Spent;
                Ok(())
            }
            Self::Spent | Self::Settled => Err(ClickDenied::Spent(guarded.to_owned())),
            Self::None => Err(ClickDenied::NoEffect(guarded.to_owned())),
        }
    }

    /// The component has said how it ended.
    pub fn settled(&mut self) {
        *self = Self::Settled;
    }
}

#[cfg(test)]
mod tests {
    use crate::{BeginDenied, Capability, ClickDenied, Effect};

    fn submit(capability: Capability) -> bool {
        capability == Capability::Submit
    }

    #[test]
    fn effect_needs_its_grant() {
        let others = |capability| !submit(capability);
        assert_eq!(Effect::None.may_begin(others), Err(BeginDenied::NoGrant));
        assert_eq!(Effect::None.may_begin(submit), Ok(()));
    }

    #[test]
    fn call_begins_one_effect_whatever_became_of_it() {
        for begun in [Effect::Open, Effect::Spent, Effect::Settled] {
            assert_eq!(begun.may_begin(submit), Err(BeginDenied::AlreadyBegun));
        }
    }

    #[test]
    fn open_effect_lets_one_click_through() {
        let mut effect = Effect::None;
        effect.opened();
        assert_eq!(effect.let_through("Submit"), Ok(()));
        let spent = Err(ClickDenied::Spent("Submit".to_owned()));
        assert_eq!(effect.let_through("Submit"), spent);
        effect.settled();
        assert_eq!(effect.let_through("Submit"), spent);
    }

    #[test]
    fn click_without_an_effect_is_refused_and_changes_nothing() {
        let mut effect = Effect::None;
        let refused = effect.let_through("Submit").unwrap_err();
        assert_eq!(
            refused.to_string(),
            "`Submit` is guarded: no effect is open (`effects.begin`, with the grant `submit`)"
        );
        assert_eq!(effect, Effect::None);
    }

    #[test]
    fn effect_settled_before_its_click_lets_none_through() {
        let mut effect = Effect::Open;
        effect.settled();
        assert!(effect.let_through("Submit").is_err());
    }
}
