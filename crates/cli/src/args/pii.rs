//! Arguments of `pii`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// What stands under the help of each of these commands.
pub(super) const HELP: &str = "\
Examples:
  echo '{\"id\":1,\"text\":\"call +1 415 555 2671\"}' | agent-assist pii scan
  agent-assist pii mask --format text < transcript.txt > masked.txt
  agent-assist pii explain 'my card is 4111 1111 1111 1111, order 3348917502'
  agent-assist pii policy > pii.toml
  agent-assist pii test cases --policy pii.toml

scan and mask answer each line as soon as it has come, in the order of the input, always as a JSON
object a line. A line that cannot be read is answered by {\"id\":...,\"error\":...} and makes the
exit code 2; the lines after it are answered all the same.";

/// `pii ...`
#[derive(Debug, Subcommand)]
pub(crate) enum PiiCommand {
    /// Find: {"id","text"} lines on standard input, {"id","spans"} lines on standard output
    #[command(after_long_help = HELP)]
    Scan {
        #[command(flatten)]
        looking: Looking,
    },
    /// Mask: {"id","text"} lines on standard input, the same masked on standard output
    #[command(after_long_help = HELP)]
    Mask(MaskArgs),
    /// Say what is found in a text, by which rule, and why the rest is not
    #[command(after_long_help = HELP)]
    Explain(ExplainArgs),
    /// Run golden cases of one's own; exit code 1 if one fails
    #[command(after_long_help = TEST_HELP)]
    Test {
        /// A folder of *.ndjson files of cases, or one such file
        #[arg(value_name = "DIR")]
        cases: PathBuf,
        /// The policy to test, as `pii policy` writes one
        #[arg(long, value_name = "FILE")]
        policy: Option<PathBuf>,
    },
    /// Print the default policy, every key explained, to begin one's own from
    #[command(after_long_help = HELP)]
    Policy,
}

/// What stands under the help of `pii test`.
const TEST_HELP: &str = "\
A case is a line such as
  {\"text\":\"write to [[joe@example.com|EMAIL_ADDRESS]]\"}
  {\"text\":\"your order 3348917502 is on its way\",\"note\":\"an order number is no phone\"}
  {\"text\":\"[[Crystal Minh|SUBJECT_TERM]] called\",\"subject\":[\"Crystal Minh\"]}

What is marked must be found, as that and to the character; what is not marked must not. Make the
values up: those of failed cases are printed. `agent-assist pii explain --show` writes such marks.

Examples:
  agent-assist pii test cases --policy pii.toml";

/// What is looked for.
#[derive(Debug, Args)]
pub(crate) struct Looking {
    /// What to look for and how to mask it, as `pii policy` writes it [default: everything, tags]
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// Something known of the person, such as a name, found exactly; may be repeated
    #[arg(long = "subject", value_name = "TERM")]
    pub(crate) subjects: Vec<String>,
}

/// Arguments of `pii mask`.
#[derive(Debug, Args)]
pub(crate) struct MaskArgs {
    /// What standard input is, and standard output with it
    #[arg(long, value_enum, default_value_t = TextForm::Ndjson)]
    pub(crate) format: TextForm,
    #[command(flatten)]
    pub(crate) looking: Looking,
}

/// How texts come in and go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TextForm {
    /// A JSON object {"id","text"} a line
    Ndjson,
    /// One plain text, taken whole so that values over several lines are found
    Text,
}

/// Arguments of `pii explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The text; - for standard input
    pub(crate) text: String,
    /// Show the text too, its finds marked as in a golden case, and not only where they are
    #[arg(long)]
    pub(crate) show: bool,
    #[command(flatten)]
    pub(crate) looking: Looking,
}
