//! `agent-assist sandbox`: Genesys Cloud, emulated, alone.

use agent_assist_app::error::Chain;
use agent_assist_sandbox::{FaultRule, Sandbox, SandboxConfig};

use crate::args::SandboxArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Printer;
use crate::signals::stopped;

pub(super) async fn run(args: SandboxArgs, printer: &Printer) -> Result<Exit, Failure> {
    let faults = args
        .faults
        .iter()
        .map(|rule| parse(rule))
        .collect::<Result<_, _>>()?;
    let config = SandboxConfig {
        listen: args.listen,
        seed: args.seed,
        faults,
        knowledge_base: args.knowledge_base,
        ..SandboxConfig::default()
    };
    // Before anybody is told of us: whoever reads the line may want us to stop at once.
    let stopped =
        stopped().map_err(|error| Failure::unexpected("signals cannot be awaited", &error))?;
    let sandbox = Sandbox::start(config)
        .await
        .map_err(|error| Failure::usage(Chain(&error).to_string()))?;
    match serde_json::to_string(sandbox.ready()) {
        Ok(line) => printer.data(&line),
        Err(error) => {
            return Err(Failure::unexpected(
                "the ready line cannot be written",
                &error,
            ));
        }
    }
    stopped.await;
    sandbox.shutdown().await;
    Ok(Exit::Ok)
}

fn parse(rule: &str) -> Result<FaultRule, Failure> {
    rule.parse()
        .map_err(|error| Failure::usage(format!("--fault {rule}: {}", Chain(&error))))
}
