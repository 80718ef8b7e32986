//! The operation `get-container-timeline`: the milestones of one container, and whether it has passed
//! Pregate.
//!
//! Owns: its output. How the container is found is in `container_list`, what its details say in
//! `emodal`.

mod response;

use container_list::request::ContainerRequest;
use container_list::search::look_up;
use gantry_sdk::{Failure, Operation};

use crate::response::Response;

/// Reads a container's timeline.
struct GetContainerTimeline;

impl Operation for GetContainerTimeline {
    type Input = ContainerRequest;
    type Output = Response;

    const NAME: &'static str = "get-container-timeline";
    const SUMMARY: &'static str =
        "Reads one container's milestones, whether it has passed Pregate, and its further details.";

    fn run(input: Self::Input) -> Result<Self::Output, Failure> {
        let number = input.number()?;
        let opened = look_up(&number)?;
        Response::of_opened(&number, opened)
    }
}

gantry_sdk::export_operation!(GetContainerTimeline);
