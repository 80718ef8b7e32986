//! The operation `get-info-bulk`: timelines of imports and booking numbers of exports, many at once.
//!
//! Owns: its input and output, and that one container's failure is its own. How they are found, in one
//! walk through the list, is in `container_list`.

mod request;
mod response;

use container_list::search::look_up_all;
use gantry_sdk::{Failure, Operation};

use crate::request::Request;
use crate::response::{Gathering, Response};

/// Reads the details of many containers.
struct GetInfoBulk;

impl Operation for GetInfoBulk {
    type Input = Request;
    type Output = Response;

    const NAME: &'static str = "get-info-bulk";
    const SUMMARY: &'static str = "Reads the timelines of imports and the booking numbers of exports, \
         many at once; a container that fails does not fail the others.";

    fn run(input: Self::Input) -> Result<Self::Output, Failure> {
        let asked = input.asked()?;
        let mut gathering = Gathering::of(asked);
        let wanted = gathering.wanted();
        if !wanted.is_empty() {
            look_up_all(&wanted, |number, outcome| gathering.take(number, &outcome))?;
        }
        Ok(gathering.finish())
    }
}

gantry_sdk::export_operation!(GetInfoBulk);
