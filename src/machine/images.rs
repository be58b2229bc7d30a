//! Images: their names, which of them a registry has, and how their programs behave.

use std::fmt::Write;

use super::program::{Entrypoint, Plan};

/// An image's name in its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageRef {
    /// The registry, such as `docker.io`.
    pub host: String,
    /// The repository within it, such as `library/httpd`.
    pub repository: String,
    /// The tag; `latest` when none is given.
    pub tag: String,
    /// The digest, such as `sha256:…`, if the name has one.
    pub digest: Option<String>,
}

/// Which images there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registry {
    /// Docker Hub and the others, as far as the catalogue knows them.
    Public,
    /// The stand-ins of the recordings' cluster.
    Lab,
    /// Everything, except on hosts below `.invalid`.
    Anything,
}

/// What a container needs to know of its image.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Image {
    /// Its size in bytes.
    pub size_bytes: u64,
    /// What its own program does.
    pub entrypoint: Entrypoint,
    /// Which shells it has.
    pub shells: Shells,
    /// The ports on which its program listens; `None` when unknown.
    pub ports: Option<&'static [i64]>,
}

/// The shells of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shells {
    /// `sh`, `ash`.
    Busybox,
    /// `sh`, `dash`, `bash`.
    Debian,
    /// None.
    No,
    /// Whatever is asked for.
    Unknown,
}

/// One repository of a catalogue: name, tags (none listed: any), and the image.
type Entry = (&'static str, &'static [&'static str], Image);

const fn image(
    size_bytes: u64,
    entrypoint: Entrypoint,
    shells: Shells,
    ports: Option<&'static [i64]>,
) -> Image {
    Image { size_bytes, entrypoint, shells, ports }
}

use Entrypoint::{Deaf, Ends, Serves};
use Shells::{Busybox, Debian, No};

/// Real images; sizes are compressed, as the kubelet reports them.
const PUBLIC: &[Entry] = &[
    ("httpd", &[], image(45_271_184, Serves, Debian, Some(&[80]))),
    ("nginx", &[], image(59_795_293, Serves, Debian, Some(&[80, 443]))),
    ("mongo", &[], image(288_416_737, Serves, Debian, Some(&[27017]))),
    ("redis", &[], image(52_523_017, Serves, Debian, Some(&[6379]))),
    ("mysql", &[], image(233_401_942, Serves, Debian, Some(&[3306, 33060]))),
    ("mariadb", &[], image(104_858_112, Serves, Debian, Some(&[3306]))),
    ("postgres", &[], image(160_713_845, Serves, Debian, Some(&[5432]))),
    ("memcached", &[], image(32_468_211, Serves, Debian, Some(&[11211]))),
    ("rabbitmq", &[], image(101_482_903, Serves, Debian, Some(&[5672]))),
    ("wordpress", &[], image(246_112_508, Serves, Debian, Some(&[80]))),
    ("registry", &[], image(16_418_230, Serves, Busybox, Some(&[5000]))),
    ("tomcat", &[], image(191_408_117, Serves, Debian, Some(&[8080]))),
    ("traefik", &[], image(48_210_443, Serves, Busybox, Some(&[80]))),
    ("cassandra", &[], image(148_307_602, Serves, Debian, Some(&[9042]))),
    ("zookeeper", &[], image(119_402_177, Serves, Debian, Some(&[2181]))),
    ("elasticsearch", &[], image(612_330_421, Serves, Debian, Some(&[9200]))),
    ("busybox", &[], image(2_156_519, Ends(0), Busybox, Some(&[]))),
    ("alpine", &[], image(3_626_897, Ends(0), Busybox, Some(&[]))),
    ("ubuntu", &[], image(29_537_184, Ends(0), Debian, Some(&[]))),
    ("debian", &[], image(48_498_321, Ends(0), Debian, Some(&[]))),
    ("centos", &[], image(83_518_086, Ends(0), Debian, Some(&[]))),
    ("fedora", &[], image(72_404_511, Ends(0), Debian, Some(&[]))),
    ("python", &[], image(358_914_772, Ends(0), Debian, Some(&[]))),
    ("node", &[], image(383_112_209, Ends(0), Debian, Some(&[]))),
    ("golang", &[], image(293_440_118, Ends(0), Debian, Some(&[]))),
    ("perl", &[], image(331_006_314, Ends(0), Debian, Some(&[]))),
    ("hello-world", &[], image(3_202, Ends(0), No, Some(&[]))),
    ("gasbugs/count", &[], image(35_801_224, Deaf, Debian, Some(&[]))),
    ("gasbugs/http-go", &[], image(292_041_655, Serves, Debian, Some(&[8080]))),
    ("gasbugs/flask-example", &[], image(341_205_117, Serves, Debian, Some(&[80]))),
    ("luksa/fortune", &[], image(49_882_310, Deaf, Debian, Some(&[]))),
    ("bitnami/kubectl", &[], image(86_441_020, Ends(0), Debian, Some(&[]))),
    ("curlimages/curl", &[], image(9_105_447, Ends(2), Busybox, Some(&[]))),
    ("k8s.gcr.io/nginx-slim", &[], image(44_640_131, Serves, Debian, Some(&[80]))),
    ("registry.k8s.io/nginx-slim", &[], image(44_640_131, Serves, Debian, Some(&[80]))),
    ("k8s.gcr.io/pause", &[], image(320_368, Serves, No, Some(&[]))),
    ("registry.k8s.io/pause", &[], image(320_368, Serves, No, Some(&[]))),
    ("registry.k8s.io/busybox", &[], image(1_144_547, Ends(0), Busybox, Some(&[]))),
    ("registry.k8s.io/e2e-test-images/agnhost", &[], image(51_105_200, Serves, Busybox, None)),
    ("registry.k8s.io/build-image/debian-base", &[], image(21_088_432, Ends(0), Debian, None)),
    ("quay.io/prometheus/busybox", &[], image(1_896_443, Ends(0), Busybox, Some(&[]))),
    ("gcr.io/google-samples/hello-app", &[], image(13_746_942, Serves, Busybox, Some(&[8080]))),
];

/// The stand-ins of the recordings' cluster, all built on busybox.
const LAB: &[Entry] = &[
    ("httpd", &["latest"], image(2_204_517, Serves, Busybox, Some(&[80]))),
    ("nginx", &["latest"], image(2_204_489, Serves, Busybox, Some(&[80]))),
    ("k8s.gcr.io/nginx-slim", &["0.8"], image(2_204_502, Serves, Busybox, Some(&[80]))),
    (
        "registry.k8s.io/nginx-slim",
        &["0.8", "0.21", "0.24"],
        image(2_204_502, Serves, Busybox, Some(&[80])),
    ),
    ("mongo", &["latest"], image(2_204_611, Serves, Busybox, Some(&[27017]))),
    ("busybox", &["latest", "1.36"], image(2_203_994, Ends(0), Busybox, Some(&[]))),
    ("registry.k8s.io/build-image/debian-base", &[], image(2_204_066, Ends(0), Busybox, None)),
    ("gasbugs/count", &["latest"], image(2_204_733, Deaf, Busybox, Some(&[]))),
    ("gasbugs/count-as-written", &["latest"], image(2_204_705, Ends(1), Busybox, Some(&[]))),
    ("gasbugs/count-in-sh", &["latest"], image(2_204_703, Ends(2), Busybox, Some(&[]))),
    ("registry.k8s.io/pause", &[], image(320_368, Serves, No, Some(&[]))),
];

/// An image of which nothing is known but that it is there.
const ANY: Image = image(320_368, Serves, Shells::Unknown, None);

/// Why a registry does not give an image, in containerd's words.
fn refusal(image: &ImageRef, known_repository: bool) -> String {
    let full = image.full();
    let resolve = format!("failed to pull and unpack image \"{full}\": failed to resolve image");
    if image.host.ends_with(".invalid") || image.host == "invalid" {
        let (host, repository, tag) = (&image.host, &image.repository, &image.tag);
        return format!(
            "{resolve}: failed to do request: Head \
             \"https://{host}/v2/{repository}/manifests/{tag}\": dial tcp: lookup {host}: \
             no such host"
        );
    }
    if image.host == "docker.io" && !known_repository {
        return format!(
            "{resolve}: pull access denied, repository does not exist or may require \
             authorization: server message: insufficient_scope: authorization failed"
        );
    }
    format!("rpc error: code = NotFound desc = {resolve}: {full}: not found")
}

impl ImageRef {
    /// Reads an image's name; the error is the kubelet's.
    pub fn parse(text: &str) -> Result<Self, String> {
        let refused = |why: &str| {
            let prefix = format!("Failed to apply default image tag \"{text}\"");
            Err(format!("{prefix}: couldn't parse image name \"{text}\": invalid {why}"))
        };
        let (name, digest) = match text.split_once('@') {
            Some((name, digest)) => (name, Some(digest.to_owned())),
            None => (text, None),
        };
        let last_slash = name.rfind('/').map_or(0, |slash| slash + 1);
        let colon = name[last_slash..].find(':').map(|colon| last_slash + colon);
        let (name, tag) = match colon {
            Some(colon) => (&name[..colon], &name[colon + 1..]),
            None => (name, "latest"),
        };
        let (host, path) = match name.split_once('/') {
            Some((host, path)) if host.contains(['.', ':']) || host == "localhost" => (host, path),
            _ => ("docker.io", name),
        };
        let official = host == "docker.io" && !path.contains('/');
        let repository = if official { format!("library/{path}") } else { path.to_owned() };
        if repository.bytes().any(|byte| byte.is_ascii_uppercase()) && !path.is_empty() {
            let why = "reference format: repository name";
            return refused(&format!("{why} ({repository}) must be lowercase"));
        }
        let good = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
                && part.starts_with(|c: char| c.is_ascii_alphanumeric())
        };
        let good_tag = !tag.is_empty()
            && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
        if !repository.split('/').all(good) || !good_tag {
            return refused("reference format");
        }
        Ok(Self { host: host.to_owned(), repository, tag: tag.to_owned(), digest })
    }

    /// Whether it may be another image tomorrow (`parsers.ParseImageName` and defaulting).
    pub fn is_moving(&self) -> bool {
        self.digest.is_none() && self.tag == "latest"
    }

    /// The name as people write it, without tag: `httpd`, `registry.k8s.io/pause`.
    pub fn familiar(&self) -> String {
        match (self.host.as_str(), self.repository.strip_prefix("library/")) {
            ("docker.io", Some(official)) => official.to_owned(),
            ("docker.io", None) => self.repository.clone(),
            (host, _) => format!("{host}/{}", self.repository),
        }
    }

    /// The familiar name with tag or digest, as a node lists it.
    pub fn listed(&self) -> String {
        let mut text = self.familiar();
        self.write_version(&mut text);
        text
    }

    /// The whole name: `docker.io/library/httpd:latest`.
    pub fn full(&self) -> String {
        let mut text = format!("{}/{}", self.host, self.repository);
        self.write_version(&mut text);
        text
    }

    fn write_version(&self, text: &mut String) {
        let written = match &self.digest {
            Some(digest) => write!(text, "@{digest}"),
            None => write!(text, ":{}", self.tag),
        };
        debug_assert!(written.is_ok(), "a String takes every text");
    }
}

impl Registry {
    /// The image, or why the registry does not give it.
    pub fn find(self, image: &ImageRef) -> Result<Image, String> {
        let unreachable = image.host.ends_with(".invalid");
        let entries = match self {
            Self::Anything if unreachable => return Err(refusal(image, false)),
            Self::Anything | Self::Public => PUBLIC,
            Self::Lab => LAB,
        };
        let familiar = image.familiar();
        let known = entries.iter().find(|(name, _, _)| *name == familiar);
        match known {
            _ if self == Self::Anything => Ok(known.map_or(ANY, |(_, _, image)| *image)),
            Some((_, tags, found)) if tags.is_empty() || tags.contains(&image.tag.as_str()) => {
                Ok(*found)
            }
            // A registry that the catalogue does not know may well have the image.
            None if self == Self::Public && image.host != "docker.io" && !unreachable => Ok(ANY),
            _ => Err(refusal(image, known.is_some())),
        }
    }
}

impl Image {
    /// What a container of this image does with that command and these arguments; the error is
    /// the container runtime's.
    pub fn run(&self, command: &[String], args: &[String]) -> Result<Plan, String> {
        match command {
            [] => Ok(self.entrypoint.plan(args)),
            [program, ..] if !self.has(program) => Err(not_found(program)),
            _ => {
                let words: Vec<&str> = command.iter().chain(args).map(String::as_str).collect();
                Ok(super::program::command(&words))
            }
        }
    }

    /// Whether a shell of that name is there; other programs are taken to be.
    fn has(&self, program: &str) -> bool {
        let name = program.rsplit('/').next().unwrap_or(program);
        !matches!(
            (self.shells, name),
            (No, "sh" | "ash" | "dash" | "bash" | "sleep" | "cat" | "ls")
                | (Busybox, "bash" | "dash")
                | (Debian, "ash")
        )
    }
}

fn not_found(program: &str) -> String {
    let why = if program.starts_with('/') {
        format!("stat {program}: no such file or directory")
    } else {
        "executable file not found in $PATH".to_owned()
    };
    format!(
        "failed to create containerd task: failed to create shim task: OCI runtime create failed: \
         runc create failed: unable to start container process: error during container init: \
         exec: \"{program}\": {why}: unknown"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_containerd_reads_them() {
        let full = |text: &str| ImageRef::parse(text).map(|image| image.full());
        assert_eq!(full("httpd"), Ok("docker.io/library/httpd:latest".to_owned()));
        assert_eq!(full("gasbugs/count:1"), Ok("docker.io/gasbugs/count:1".to_owned()));
        assert_eq!(full("localhost:5000/a/b"), Ok("localhost:5000/a/b:latest".to_owned()));
        let upper = full("Nginx").expect_err("upper case");
        assert!(upper.ends_with("repository name (library/Nginx) must be lowercase"), "{upper}");
        assert!(full("a b").expect_err("a blank").ends_with(": invalid reference format"));
    }

    #[test]
    fn a_registry_refuses_in_its_own_words() {
        let find = |registry: Registry, text: &str| {
            registry.find(&ImageRef::parse(text).expect("a name")).map(|image| image.size_bytes)
        };
        assert!(find(Registry::Lab, "httpd").is_ok());
        assert!(find(Registry::Lab, "nope").expect_err("refused").contains("access denied"));
        let tag = find(Registry::Lab, "registry.k8s.io/nginx-slim:9").expect_err("no such tag");
        assert!(tag.starts_with("rpc error: code = NotFound"), "{tag}");
        assert!(find(Registry::Anything, "broken.invalid/app:v2").is_err());
        assert!(find(Registry::Anything, "only").is_ok());
    }
}
