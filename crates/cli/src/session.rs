//! What commands share: settings read from everywhere, and the embedded sandbox where asked for.

use std::collections::BTreeMap;

use agent_assist_app::settings::{
    self, Loaded, SandboxSettings, Settings, Sources, data_folder, settings_file,
};
use agent_assist_app::wire;
use agent_assist_domain::audit::Actor;
use agent_assist_domain::payload::is_identifier;
use agent_assist_sandbox::{Sandbox, SandboxConfig};

use crate::args::Global;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Printer;

/// The sandbox's tenant: toy rows never mix with real ones.
const TENANT: &str = "sandbox";
/// The sandbox's store, for the same reason.
const STORE: &str = "sandbox.db";
/// Where systems keep the name of whoever is logged in.
const USER_VARIABLES: [&str; 2] = ["USER", "USERNAME"];

/// Whoever is logged in, if that is a plain name.
pub(crate) fn user(sources: &Sources) -> Option<String> {
    USER_VARIABLES
        .into_iter()
        .filter_map(|name| sources.environment.get(name))
        .find(|user| is_identifier(user))
        .cloned()
}

/// Whoever gives this command, as far as the machine says so.
pub(crate) fn actor(sources: &Sources) -> Actor {
    Actor {
        uid: uid(),
        name: user(sources),
        host: std::fs::read_to_string("/proc/sys/kernel/hostname")
            .ok()
            .map(|name| name.trim_end().to_owned())
            .or_else(|| sources.environment.get("COMPUTERNAME").cloned()),
    }
}

/// The number of the user, where the system tells.
fn uid() -> Option<u32> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        std::fs::metadata("/proc/self").ok().map(|own| own.uid())
    }
    #[cfg(not(unix))]
    None
}

/// The sources of settings, as flags and the process's environment give them.
pub(crate) fn sources(global: &Global) -> Sources {
    let environment: BTreeMap<String, String> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let standard = settings_file(&environment).filter(|path| path.is_file());
    let mut flags = Vec::new();
    let mut flag = |name, value: Option<String>, flag| {
        flags.extend(value.map(|value| (name, value, flag)));
    };
    flag("upstream.api_base", global.api_base.clone(), "--api-base");
    flag(
        "upstream.login_base",
        global.login_base.clone(),
        "--login-base",
    );
    flag(
        "dialect",
        global.dialect.map(|dialect| dialect.to_string()),
        "--dialect",
    );
    flag(
        "store",
        global.store.as_ref().map(|path| path.display().to_string()),
        "--store",
    );
    Sources {
        flags,
        sandbox: None,
        environment,
        file: global.config.clone().or(standard),
        profile: global.profile.clone(),
        tenant: global.tenant.clone(),
    }
}

/// Checked settings of one tenant, which must be named where there are several; warns of variables that
/// look like settings but are none.
pub(crate) fn load(sources: &Sources, printer: &Printer) -> Result<Loaded, Failure> {
    let loaded = load_all(sources, printer)?;
    must_be_one(&loaded)?;
    Ok(loaded)
}

/// Refuses settings of several tenants, for commands that are about one.
pub(crate) fn must_be_one(loaded: &Loaded) -> Result<(), Failure> {
    let names = loaded.tenants.iter().map(|one| &*one.settings.tenant);
    let names: Vec<&str> = names.collect();
    match names.is_empty() {
        true => Ok(()),
        false => Err(Failure::usage("the settings have several tenants")
            .advise(format!("say which one with --tenant: {}", names.join(", ")))),
    }
}

/// The same of everybody.
pub(crate) fn load_all(sources: &Sources, printer: &Printer) -> Result<Loaded, Failure> {
    let loaded = sources.load()?;
    for variable in &loaded.layers.unknown_variables {
        printer.note(&format!(
            "warning: {variable} is no setting; see `agent-assist config show`"
        ));
    }
    let exposed = loaded.each().iter().any(|one| {
        let bases = [
            &one.settings.upstream.api_base,
            &one.settings.upstream.login_base,
        ];
        bases.into_iter().flatten().any(settings::is_exposed)
    });
    if exposed {
        printer.note("warning: the upstream is asked without TLS; tokens travel readable for all");
    }
    Ok(loaded)
}

/// Settings for commands that read or write a store, the sandbox's if so asked.
pub(crate) fn load_for_store(
    global: &Global,
    sandbox: bool,
    printer: &Printer,
) -> Result<Loaded, Failure> {
    let mut sources = sources(global);
    if sandbox {
        sources.sandbox = Some(sandbox_settings(&sources)?);
    }
    load(&sources, printer)
}

/// Settings for commands that are about the daemon's own store, whichever tenants it serves.
pub(crate) fn load_for_daemon(
    global: &Global,
    sandbox: bool,
    printer: &Printer,
) -> Result<Loaded, Failure> {
    let mut sources = sources(global);
    sources.tenant = None;
    if sandbox {
        sources.sandbox = Some(sandbox_settings(&sources)?);
    }
    load_all(&sources, printer)
}

/// Starts the embedded sandbox and points `sources` at it.
pub(crate) async fn start_sandbox(sources: &mut Sources) -> Result<Sandbox, Failure> {
    let sandbox = Sandbox::start(SandboxConfig::default())
        .await
        .map_err(|error| Failure::unexpected("the sandbox cannot be started", &error))?;
    let ready = sandbox.ready();
    let mut settings = sandbox_settings(sources)?;
    settings.upstream = vec![
        // A name of its own: the port changes with every run, the remembered answers need not.
        ("upstream.name", "sandbox".to_owned()),
        ("upstream.api_base", ready.base_url.clone()),
        ("upstream.client_id", ready.client_id.clone()),
        ("upstream.client_secret", ready.client_secret.clone()),
    ];
    sources.sandbox = Some(settings);
    Ok(sandbox)
}

fn sandbox_settings(sources: &Sources) -> Result<SandboxSettings, Failure> {
    let folder = data_folder(&sources.environment).ok_or_else(|| {
        Failure::new(
            Exit::Usage,
            "no home folder is known for the sandbox's store",
        )
        .advise("set HOME or XDG_DATA_HOME, or name a file with --store")
    });
    let named = sources.flags.iter().any(|(name, ..)| *name == "store");
    let store = match folder {
        Ok(folder) => folder.join(STORE).display().to_string(),
        // A flag names the store anyway.
        Err(_) if named => STORE.to_owned(),
        Err(failure) => return Err(failure),
    };
    Ok(SandboxSettings {
        tenant: TENANT.to_owned(),
        store,
        dialect: "recommendations",
        upstream: Vec::new(),
    })
}

/// Opens the store to read it. Reading makes none: an empty report from a mistyped path would pass
/// for the truth.
pub(crate) async fn open_to_read(settings: &Settings) -> Result<wire::SqliteStore, Failure> {
    must_exist(settings)?;
    Ok(wire::open_store_to_read(settings).await?)
}

/// Opens the store to write to it, if there is one: what is ordered of a log in a mistyped place would
/// pass for done.
pub(crate) async fn open_existing(settings: &Settings) -> Result<wire::SqliteStore, Failure> {
    must_exist(settings)?;
    Ok(wire::open_store(settings).await?)
}

fn must_exist(settings: &Settings) -> Result<(), Failure> {
    if !settings.store.is_file() {
        let store = settings.store.display();
        return Err(
            Failure::new(Exit::Store, format!("there is no store at {store}")).advise(
                "`agent-assist fetch` makes one; `--sandbox` or `--store FILE` names another",
            ),
        );
    }
    Ok(())
}
