//! The contract's words as the mock's, and back.

use gantry_mock_page as mock;

use crate::bindings::operation::gantry::automation::page;
use crate::{Locator, PageError, Problem};

impl From<Locator> for mock::Locator {
    fn from(what: Locator) -> Self {
        match what {
            Locator::Css(selector) => Self::Css(selector),
            Locator::Xpath(expression) => Self::Xpath(expression),
            Locator::Text(text) => Self::Text(text),
            Locator::Label(label) => Self::Label(label),
        }
    }
}

fn locator_back(what: mock::Locator) -> Locator {
    match what {
        mock::Locator::Css(selector) => Locator::Css(selector),
        mock::Locator::Xpath(expression) => Locator::Xpath(expression),
        mock::Locator::Text(text) => Locator::Text(text),
        mock::Locator::Label(label) => Locator::Label(label),
    }
}

pub(crate) fn locator(what: &Locator) -> mock::Locator {
    what.clone().into()
}

pub(crate) fn error(error: mock::PageError) -> PageError {
    match error {
        mock::PageError::NoSuchElement(what) => PageError::NoSuchElement(locator_back(what)),
        mock::PageError::NotInteractable(why) => PageError::NotInteractable(why),
        mock::PageError::StaleElement => PageError::StaleElement,
        mock::PageError::TimedOut(what) => PageError::TimedOut(what),
        mock::PageError::Denied(what) => PageError::Denied(what),
        mock::PageError::DialogOpen(text) => PageError::DialogOpen(text),
        mock::PageError::Other(other) => PageError::Other(problem(other)),
    }
}

pub(crate) fn problem(problem: mock::Problem) -> Problem {
    Problem {
        code: problem.code.to_owned(),
        message: problem.message,
        retryable: problem.retryable,
        details: Vec::new(),
    }
}

pub(crate) fn invalid(code: &str, message: String) -> Problem {
    Problem {
        code: code.to_owned(),
        message,
        retryable: false,
        details: Vec::new(),
    }
}

pub(crate) fn conditions(any_of: &[page::Condition]) -> Vec<mock::Condition> {
    any_of.iter().map(condition).collect()
}

fn condition(condition: &page::Condition) -> mock::Condition {
    match condition {
        page::Condition::Present(what) => mock::Condition::Present(locator(what)),
        page::Condition::Visible(what) => mock::Condition::Visible(locator(what)),
        page::Condition::Enabled(what) => mock::Condition::Enabled(locator(what)),
        page::Condition::Absent(what) => mock::Condition::Absent(locator(what)),
        page::Condition::CountOver(counted) => {
            mock::Condition::CountOver(locator(&counted.what), counted.over)
        }
        page::Condition::AtSite(site) => mock::Condition::AtSite(site.clone()),
        page::Condition::Answered(quiet_ms) => mock::Condition::Answered(*quiet_ms),
        page::Condition::Quiet(quiet_ms) => mock::Condition::Quiet(*quiet_ms),
    }
}

pub(crate) fn columns(columns: &[page::Column]) -> Vec<mock::Column> {
    columns.iter().map(column).collect()
}

fn column(column: &page::Column) -> mock::Column {
    mock::Column {
        at: column.at.as_ref().map(locator),
        take: match &column.take {
            page::Take::Text => mock::Take::Text,
            page::Take::OwnText => mock::Take::OwnText,
            page::Take::Attribute(name) => mock::Take::Attribute(name.clone()),
            page::Take::AllText => mock::Take::AllText,
        },
    }
}

pub(crate) fn table(table: mock::Table) -> page::Table {
    page::Table {
        total: table.total,
        rows: table.rows,
    }
}

pub(crate) fn scroll_to(to: page::ScrollTo) -> mock::ScrollTo {
    match to {
        page::ScrollTo::Top => mock::ScrollTo::Top,
        page::ScrollTo::End => mock::ScrollTo::End,
        page::ScrollTo::By(pixels) => mock::ScrollTo::By(pixels),
    }
}

pub(crate) fn scrolled(scrolled: mock::Scrolled) -> page::Scrolled {
    page::Scrolled {
        offset: scrolled.offset,
        viewport: scrolled.viewport,
        extent: scrolled.extent,
    }
}

pub(crate) fn growing_list(list: &page::GrowingList) -> mock::GrowingList {
    mock::GrowingList {
        rows: locator(&list.rows),
        columns: columns(&list.columns),
        container: locator(&list.container),
    }
}

pub(crate) fn growth(growth: mock::Growth) -> page::Growth {
    match growth {
        mock::Growth::Grew(position, rows) => page::Growth::Grew((scrolled(position), table(rows))),
        mock::Growth::Other(which) => page::Growth::Other(which),
    }
}
