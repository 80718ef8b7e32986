//! `gantry plugin doctor`: whether the tools are there, and the command that brings each that is not.

use crate::authoring::project::{Language, Project};
use crate::authoring::tools;

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// For which language.
    pub language: Language,
    /// What.
    pub what: &'static str,
    /// Its version or place; else what to do.
    pub found: Result<String, String>,
}

/// Looks at the tools of a project, or of all languages where there is none.
pub async fn examine(project: Option<&Project>) -> Vec<Finding> {
    let languages = project.map_or(Language::ALL.to_vec(), |project| vec![project.language]);
    let mut findings = Vec::new();
    for language in languages {
        for tool in tools::of_machine(language).await {
            findings.push(Finding {
                language,
                what: tool.what,
                found: tool.found.ok_or_else(|| tool.advice.to_owned()),
            });
        }
    }
    if let Some(project) = project
        && let Some((what, is_there)) = tools::of_project(project)
    {
        let found = if is_there {
            "in the project"
        } else {
            "`gantry plugin build` will install it into the project"
        };
        findings.push(Finding {
            language: project.language,
            what,
            found: Ok(found.to_owned()),
        });
    }
    if let Some(project) = project {
        let wit = project.wit();
        findings.push(Finding {
            language: project.language,
            what: "the contract's WIT files",
            found: if wit.join("package.wit").is_file() {
                Ok(wit.display().to_string())
            } else {
                Err("copy the folder `wit` of a project that `gantry plugin new` makes".to_owned())
            },
        });
    }
    findings
}
