//! `secrets`: the account's secrets, typed by the host.
//!
//! Never: gives a secret to the guest, or types one anywhere but at the identity provider. A password goes only
//! into a password control, whose text the page does not render; and after a secret was typed, the guest may
//! not run scripts in this call.

use secrecy::ExposeSecret;
use tokio::time::timeout_at;
use wasmtime::component::Resource;

use crate::browser::page::ElementRef;
use crate::plugin::bindings::secrets;
use crate::plugin::bindings::types;
use crate::plugin::imports::fault::PageFault;
use crate::plugin::state::CallState;

/// The one site where secrets may be typed.
const SITE: &str = "account";

impl secrets::Host for CallState {
    async fn fill(
        &mut self,
        which: secrets::Secret,
        into: Resource<ElementRef>,
    ) -> Result<(), PageFault> {
        let element = self.element(&into)?;
        let (page, until) = self.begin().await?;
        let done = timeout_at(until, page.location()).await;
        let place = self.finish(done)?;
        if place.site != Some(SITE) {
            return Err(denied("secrets anywhere but at the site `account`"));
        }
        let Some(credentials) = self.credentials.clone() else {
            return Err(denied("secrets: this call was given none"));
        };
        let secret = match which {
            secrets::Secret::Username => credentials.username.as_str(),
            secrets::Secret::Password => {
                self.refuse_unless_password_control(&element).await?;
                credentials.password.expose_secret()
            }
        };
        self.secret_typed = true;
        let (page, until) = self.begin().await?;
        let done = timeout_at(until, page.fill(&element, secret)).await;
        self.finish(done)
    }
}

impl CallState {
    async fn refuse_unless_password_control(
        &mut self,
        element: &ElementRef,
    ) -> Result<(), PageFault> {
        let (page, until) = self.begin().await?;
        let done = timeout_at(until, page.attribute(element, "type")).await;
        match self.finish(done)? {
            Some(kind) if kind.eq_ignore_ascii_case("password") => Ok(()),
            _ => Err(denied(
                "a password in a control that is not of type `password`",
            )),
        }
    }
}

fn denied(what: &str) -> PageFault {
    types::PageError::Denied(what.to_owned()).into()
}
