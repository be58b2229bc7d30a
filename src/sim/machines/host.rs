//! A node or a container as the machine on which a shell's processes run.

use std::rc::Rc;

use crate::api::object::ObjectKey;
use crate::api::time::SimTime;
use crate::machine::fs::disks::Disks;
use crate::machine::fs::namespace::Namespace;
use crate::machine::fs::view::{Credentials, View};
use crate::machine::shell::host::{Answer, Foreign, Host, ProcessInfo, Reply, Request};
use crate::sim::cluster::Cluster;

use super::container::Inside;
use super::{network, node, servers, services};

/// Where processes run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// On a node, by its name.
    Node(Rc<str>),
    /// In a container, by its Pod and its name.
    Container(ObjectKey, Rc<str>),
}

/// What a command did to the cluster's machines beyond their files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// A signal to a process of the same machine that another command started.
    Signal(u32, u8),
    /// NFS' mount helper was installed on the node.
    InstallNfsClient,
    /// The kubelet was stopped (false) or started.
    TurnKubelet(bool),
    /// What is mounted on the node has changed.
    Mounted(Namespace),
}

/// The machine.
#[derive(Debug)]
pub struct Machine<'a> {
    /// The cluster before the command did anything.
    pub cluster: &'a Cluster,
    /// All files.
    pub disks: Disks,
    /// What is mounted.
    pub space: Namespace,
    /// What its node sees mounted, for a container.
    pub host_space: Option<Namespace>,
    /// The time.
    pub now: SimTime,
    /// What was done beyond files.
    pub effects: Vec<Effect>,
    /// The last number that was given to a process.
    pub pids: u32,
    place: Place,
    hostname: String,
}

impl<'a> Machine<'a> {
    /// A node.
    pub fn node(cluster: &'a Cluster, name: &str, now: SimTime) -> Option<Self> {
        let space = node::space(cluster, name)?;
        Some(Self {
            cluster,
            disks: cluster.disks().clone(),
            space,
            host_space: None,
            now,
            effects: Vec::new(),
            place: Place::Node(name.into()),
            hostname: name.to_owned(),
            pids: first_pid(now),
        })
    }

    /// A container whose files are these.
    pub fn container(cluster: &'a Cluster, disks: Disks, inside: &Inside, now: SimTime) -> Self {
        let key = crate::api::object::Resource::key(&*inside.pod);
        Self {
            cluster,
            disks,
            space: inside.space.clone(),
            host_space: Some(inside.host_space.clone()),
            now,
            effects: Vec::new(),
            place: Place::Container(key, Rc::clone(&inside.name)),
            hostname: inside.hostname.clone(),
            pids: first_pid(now),
        }
    }

    /// Where it is.
    pub fn place(&self) -> &Place {
        &self.place
    }
}

/// The number after which a person's command gives out its own: as if others had been before.
fn first_pid(now: SimTime) -> u32 {
    u32::try_from(now.0 / 100 % 30_000).unwrap_or(0) + 1_000
}

impl Host for Machine<'_> {
    fn now(&self) -> SimTime {
        self.now
    }

    fn view(&mut self, user: &Credentials, cwd: &Rc<str>, umask: u16) -> View<'_> {
        View {
            disks: &mut self.disks,
            space: &mut self.space,
            host: self.host_space.as_ref(),
            user: user.clone(),
            umask,
            cwd: Rc::clone(cwd),
            now: self.now,
        }
    }

    fn hostname(&self) -> String {
        self.hostname.clone()
    }

    fn new_pid(&mut self) -> u32 {
        self.pids += 1;
        self.pids
    }

    fn other_processes(&self) -> Vec<ProcessInfo> {
        services::processes(self.cluster, &self.place)
    }

    fn signal(&mut self, pid: u32, signal: u8) -> bool {
        let known = self.other_processes().iter().any(|process| process.pid == pid);
        if known {
            self.effects.push(Effect::Signal(pid, signal));
        }
        known
    }

    fn program(&mut self, words: &[Rc<str>]) -> Option<Foreign> {
        let user = Credentials::root();
        let mut view = View {
            disks: &mut self.disks,
            space: &mut self.space,
            host: self.host_space.as_ref(),
            user,
            umask: 0o022,
            cwd: "/".into(),
            now: self.now,
        };
        servers::begin(&mut view, words)
    }

    fn resolve(&mut self, name: &str) -> Vec<String> {
        network::resolve(self.cluster, &self.place, name)
    }

    fn ask(&mut self, address: &str, port: u16, host: &str, path: &str) -> Answer {
        network::ask(self, address, port, host, path)
    }

    fn addresses(&self) -> Vec<(String, String)> {
        let own = network::own_address(self.cluster, &self.place);
        vec![("lo".to_owned(), "127.0.0.1".to_owned()), ("eth0".to_owned(), own)]
    }

    fn request(&mut self, request: Request) -> Option<Reply> {
        services::request(self, request)
    }
}
