//! Where files live when nobody says otherwise, by the conventions of the platform. The
//! environment is handed in.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// Our folder below the conventional ones.
const FOLDER: &str = "agent-assist";

/// The folder of stores: `$XDG_DATA_HOME/agent-assist`, else `~/.local/share/agent-assist`
/// (`%LOCALAPPDATA%\agent-assist` on Windows). `None` where no home is known.
pub fn data_folder(environment: &BTreeMap<String, String>) -> Option<PathBuf> {
    folder(environment, "XDG_DATA_HOME", "LOCALAPPDATA", ".local/share")
}

/// The settings file read when none is named: `$XDG_CONFIG_HOME/agent-assist/config.toml`, else
/// `~/.config/agent-assist/config.toml` (below `%APPDATA%` on Windows).
pub fn settings_file(environment: &BTreeMap<String, String>) -> Option<PathBuf> {
    folder(environment, "XDG_CONFIG_HOME", "APPDATA", ".config").map(|dir| dir.join("config.toml"))
}

fn folder(
    environment: &BTreeMap<String, String>,
    xdg: &str,
    windows: &str,
    below_home: &str,
) -> Option<PathBuf> {
    let path = |name: &str| {
        // A relative path here is invalid by the XDG specification, and would be a surprise.
        environment
            .get(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let base = path(xdg)
        .or_else(|| if cfg!(windows) { path(windows) } else { None })
        .or_else(|| path("HOME").map(|home| home.join(below_home)))?;
    Some(base.join(FOLDER))
}
