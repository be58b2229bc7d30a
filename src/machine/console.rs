//! Lines typed on a node, as far as they prepare storage or stop the node: making directories,
//! installing what NFS needs, stopping and starting the kubelet.
//!
//! Not here: a shell. Whatever else is typed is answered as a shell answers an unknown command.

/// What a line does to its node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeOperation {
    /// A directory is made, with those above it when they are missing.
    MakeDirectory(String),
    /// The mount helper of NFS is installed.
    InstallNfsClient,
    /// The kubelet is stopped; what it started runs on.
    StopKubelet,
    /// The kubelet is started, if it does not run.
    StartKubelet,
}

/// A line as it is understood: what it does, in order, and how it ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeLine {
    /// What it does until it ends.
    pub operations: Vec<NodeOperation>,
    /// The exit status.
    pub exit: i32,
    /// What it prints.
    pub stdout: String,
    /// What it prints as an error.
    pub stderr: String,
}

/// Reads a line: commands joined by `&&`, each with an optional `sudo`.
pub fn parse(line: &str) -> NodeLine {
    let mut read = NodeLine::default();
    for command in line.split("&&") {
        let words: Vec<&str> = command.split_whitespace().collect();
        let words = words.strip_prefix(&["sudo"]).unwrap_or(&words);
        match operations(words) {
            Ok(operations) => read.operations.extend(operations),
            Err((exit, stderr)) => return NodeLine { exit, stderr: stderr + "\n", ..read },
        }
    }
    read
}

fn operations(words: &[&str]) -> Result<Vec<NodeOperation>, (i32, String)> {
    match words {
        ["mkdir", arguments @ ..] => make_directories(arguments),
        [] | ["apt-get", "update"] => Ok(Vec::new()),
        ["apt-get", "install", packages @ ..] => packages
            .iter()
            .filter(|package| !package.starts_with('-'))
            .map(|package| install(package))
            .collect(),
        ["systemctl", verb, units @ ..] => systemctl(verb, units),
        [other, ..] => Err((127, format!("bash: {other}: command not found"))),
    }
}

/// What is done to the kubelet as a service of the machine.
fn systemctl(verb: &str, units: &[&str]) -> Result<Vec<NodeOperation>, (i32, String)> {
    use NodeOperation::{StartKubelet, StopKubelet};
    let operations = match verb {
        "stop" => vec![StopKubelet],
        "start" => vec![StartKubelet],
        "restart" => vec![StopKubelet, StartKubelet],
        _ => return Err((1, format!("Unknown command verb '{verb}'."))),
    };
    let mut units = units.iter().filter(|unit| !unit.starts_with('-')).peekable();
    if units.peek().is_none() {
        return Err((1, "Too few arguments.".to_owned()));
    }
    match units.find(|unit| !matches!(**unit, "kubelet" | "kubelet.service")) {
        None => Ok(operations),
        Some(unit) => {
            let unit =
                if unit.contains('.') { (*unit).to_owned() } else { format!("{unit}.service") };
            Err((5, format!("Failed to {verb} {unit}: Unit {unit} not found.")))
        }
    }
}

fn make_directories(arguments: &[&str]) -> Result<Vec<NodeOperation>, (i32, String)> {
    let paths: Vec<&&str> = arguments.iter().filter(|word| !word.starts_with('-')).collect();
    if paths.is_empty() {
        let usage = "mkdir: missing operand\nTry 'mkdir --help' for more information.";
        return Err((1, usage.to_owned()));
    }
    // A login shell on a node starts in root's home.
    let absolute = |path: &&&str| {
        if path.starts_with('/') { (**path).to_owned() } else { format!("/root/{path}") }
    };
    Ok(paths.iter().map(|path| NodeOperation::MakeDirectory(absolute(path))).collect())
}

fn install(package: &str) -> Result<NodeOperation, (i32, String)> {
    match package {
        // The server's package depends on the client's.
        "nfs-common" | "nfs-kernel-server" => Ok(NodeOperation::InstallNfsClient),
        _ => Err((100, format!("E: Unable to locate package {package}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_does_what_comes_before_its_error() {
        let line = parse("sudo mkdir -p /var/htdocs && apt-get install -y nfs-common && api-get x");
        let directory = NodeOperation::MakeDirectory("/var/htdocs".to_owned());
        assert_eq!(line.operations, [directory, NodeOperation::InstallNfsClient]);
        assert_eq!((line.exit, line.stderr.as_str()), (127, "bash: api-get: command not found\n"));
        assert_eq!(parse("").exit, 0);
        assert_eq!(parse("mkdir").exit, 1);
    }

    #[test]
    fn the_kubelet_is_stopped_and_started_as_a_service() {
        use NodeOperation::{StartKubelet, StopKubelet};
        assert_eq!(parse("sudo systemctl stop kubelet").operations, [StopKubelet]);
        let restart = parse("systemctl restart kubelet.service").operations;
        assert_eq!(restart, [StopKubelet, StartKubelet]);
        let other = parse("systemctl stop docker");
        assert_eq!(other.exit, 5);
        assert_eq!(other.stderr, "Failed to stop docker.service: Unit docker.service not found.\n");
    }
}
