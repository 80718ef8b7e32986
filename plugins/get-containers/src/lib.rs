//! The operation `get-containers`: the container list of the signed-in account, whole or in part.
//!
//! Owns: its input and output. How the list is opened and walked is in `container_list`.

mod reading;
mod request;
mod response;

use container_list::opening::open_list;
use gantry_sdk::{Failure, Operation};

/// Reads the container list.
struct GetContainers;

impl Operation for GetContainers {
    type Input = request::Request;
    type Output = response::Response;

    const NAME: &'static str = "get-containers";
    const SUMMARY: &'static str =
        "Reads the account's container list, all of it, so many of it, or until one container.";

    fn run(input: Self::Input) -> Result<Self::Output, Failure> {
        let goal = input.goal()?;
        let layout = open_list()?;
        let read = reading::read_list(&goal, &layout)?;
        Ok(response::respond(&goal, read))
    }
}

gantry_sdk::export_operation!(GetContainers);
