//! The command line: ours, and that of the test harness which this target replaces.

use crate::Scale;

/// What the command line asks for.
#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) job: Job,
    pub(crate) scale: Scale,
}

/// What is to be done.
#[derive(Debug)]
pub(crate) enum Job {
    /// Run the rows that answer one of these filters, all where there is none.
    Table(Vec<String>),
    /// Name the rows.
    List,
    /// Run one row, as the process that it has for itself.
    Child(String),
}

/// Options of the test harness that take a value.
const WITH_VALUE: &[&str] = &[
    "--test-threads",
    "--skip",
    "--logfile",
    "--color",
    "--format",
    "-Z",
    "--shuffle-seed",
];

/// Names the row that a process is for.
pub(crate) const CHILD: &str = "--row";
/// Asks for the counts of the table.
pub(crate) const FULL: &str = "--full";

impl Arguments {
    /// Reads `arguments`, without the program's name. Options of the test harness are let pass.
    pub(crate) fn read(arguments: impl Iterator<Item = String>) -> Self {
        let mut arguments = arguments;
        let mut filters = Vec::new();
        let mut scale = Scale::Reduced;
        let mut job = None;
        while let Some(argument) = arguments.next() {
            match &*argument {
                FULL => scale = Scale::Full,
                CHILD => job = arguments.next().map(Job::Child),
                "--list" => job = Some(Job::List),
                option if WITH_VALUE.contains(&option) => drop(arguments.next()),
                option if option.starts_with('-') => {}
                _ => filters.push(argument),
            }
        }
        Self {
            job: job.unwrap_or(Job::Table(filters)),
            scale,
        }
    }
}
