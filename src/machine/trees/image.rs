//! The files of images, and what their containers start with.

use crate::machine::fs::file_system::{FileSystem, FsType, Limits};
use crate::machine::fs::inode::Inode;
use crate::machine::images::{Image, Shells};

use super::{devices, directory, pages, programs, put};

/// What a container of an image starts with unless its Pod says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config {
    /// `ENTRYPOINT`.
    pub entrypoint: &'static [&'static str],
    /// `CMD`.
    pub command: &'static [&'static str],
    /// `WORKDIR`.
    pub directory: &'static str,
    /// `ENV`, beside `PATH`.
    pub env: &'static [(&'static str, &'static str)],
    /// Where programs are looked for.
    pub path: &'static str,
}

const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

const PLAIN: Config =
    Config { entrypoint: &[], command: &[], directory: "/", env: &[], path: PATH };

/// One image beyond the base it is built on: name, configuration, directories with their modes,
/// files with their modes.
type Extra = (
    &'static str,
    Config,
    &'static [(&'static str, u16)],
    &'static [(&'static str, &'static str, u16)],
);

const fn serving(command: &'static [&'static str], directory: &'static str) -> Config {
    Config { command, directory, ..PLAIN }
}

const EXTRAS: &[Extra] = &[
    (
        "httpd",
        Config {
            path: "/usr/local/apache2/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:\
                   /bin",
            env: &[("HTTPD_PREFIX", "/usr/local/apache2"), ("HTTPD_VERSION", "2.4.65")],
            ..serving(&["httpd-foreground"], "/usr/local/apache2")
        },
        &[("/usr/local/apache2/conf", 0o755), ("/usr/local/apache2/logs", 0o755)],
        &[
            ("/usr/local/apache2/htdocs/index.html", pages::HTTPD, 0o644),
            ("/usr/local/apache2/bin/httpd-foreground", programs::ELF, 0o755),
            ("/usr/local/apache2/bin/httpd", programs::ELF, 0o755),
        ],
    ),
    (
        "nginx",
        Config {
            env: &[("NGINX_VERSION", "1.29.3")],
            ..serving(&["nginx", "-g", "daemon off;"], "/")
        },
        &[("/etc/nginx/conf.d", 0o755), ("/var/cache/nginx", 0o755), ("/var/log/nginx", 0o755)],
        &[
            ("/usr/share/nginx/html/index.html", pages::NGINX, 0o644),
            ("/usr/share/nginx/html/50x.html", pages::NGINX_ERROR, 0o644),
            ("/etc/nginx/nginx.conf", pages::NGINX_CONF, 0o644),
            ("/usr/sbin/nginx", programs::ELF, 0o755),
        ],
    ),
    (
        "nginx-slim",
        serving(&["nginx", "-g", "daemon off;"], "/"),
        &[("/etc/nginx/conf.d", 0o755), ("/var/cache/nginx", 0o755), ("/var/log/nginx", 0o755)],
        &[
            ("/usr/share/nginx/html/index.html", pages::NGINX, 0o644),
            ("/usr/share/nginx/html/50x.html", pages::NGINX_ERROR, 0o644),
            ("/etc/nginx/nginx.conf", pages::NGINX_CONF, 0o644),
            ("/usr/sbin/nginx", programs::ELF, 0o755),
        ],
    ),
    (
        "mongo",
        serving(&["mongod"], "/"),
        &[("/data/db", 0o755), ("/data/configdb", 0o755)],
        &[("/usr/bin/mongod", programs::ELF, 0o755)],
    ),
    (
        "redis",
        serving(&["redis-server"], "/data"),
        &[("/data", 0o755)],
        &[("/usr/local/bin/redis-server", programs::ELF, 0o755)],
    ),
    (
        "mysql",
        serving(&["mysqld"], "/"),
        &[("/var/lib/mysql", 0o1777), ("/docker-entrypoint-initdb.d", 0o755)],
        &[("/usr/sbin/mysqld", programs::ELF, 0o755)],
    ),
    (
        "mariadb",
        serving(&["mariadbd"], "/"),
        &[("/var/lib/mysql", 0o1777)],
        &[("/usr/sbin/mariadbd", programs::ELF, 0o755)],
    ),
    (
        "postgres",
        Config { env: &[("PGDATA", "/var/lib/postgresql/data")], ..serving(&["postgres"], "/") },
        &[("/var/lib/postgresql/data", 0o1777)],
        &[("/usr/local/bin/postgres", programs::ELF, 0o755)],
    ),
    (
        "gasbugs/count",
        Config { entrypoint: &["/bin/count.sh"], ..PLAIN },
        &[],
        &[("/bin/count.sh", programs::COUNT, 0o755)],
    ),
    (
        "gasbugs/count-as-written",
        Config { entrypoint: &["/bin/count.sh"], ..PLAIN },
        &[],
        &[("/bin/count.sh", programs::COUNT_AS_WRITTEN, 0o755)],
    ),
    (
        "gasbugs/count-in-sh",
        Config { entrypoint: &["/bin/count.sh"], ..PLAIN },
        &[],
        &[("/bin/count.sh", programs::COUNT_IN_SH, 0o755)],
    ),
    (
        "gasbugs/http-go",
        Config { entrypoint: &["/usr/src/app/main"], directory: "/usr/src/app", ..PLAIN },
        &[],
        &[("/usr/src/app/main", programs::ELF, 0o755)],
    ),
];

/// What a container of the image starts with.
pub fn config(familiar: &str, image: &Image) -> Config {
    let own = extra(familiar).map(|(_, config, _, _)| *config);
    own.unwrap_or(match image.shells {
        Shells::Busybox => Config { command: &["sh"], ..PLAIN },
        Shells::Debian => Config { command: &["bash"], ..PLAIN },
        Shells::No | Shells::Unknown => PLAIN,
    })
}

/// The files of the image.
pub fn tree(familiar: &str, image: &Image) -> FileSystem {
    let limits = Limits { bytes: 50 << 30, inodes: 3_276_800 };
    let mut system = FileSystem::new(FsType::Overlay, "overlay", limits);
    for path in ["/dev", "/etc", "/proc", "/sys", "/run", "/var/run", "/mnt", "/home", "/bin"] {
        directory(&mut system, path, 0o755);
    }
    for path in ["/var/log", "/var/lib", "/usr/local/bin", "/opt", "/srv"] {
        directory(&mut system, path, 0o755);
    }
    directory(&mut system, "/root", 0o700);
    directory(&mut system, "/tmp", 0o1777);
    directory(&mut system, "/var/tmp", 0o1777);
    devices(&mut system);
    let debian = matches!(image.shells, Shells::Debian | Shells::Unknown);
    users(&mut system, debian);
    match image.shells {
        Shells::No => {}
        Shells::Busybox => programs::busybox(&mut system),
        Shells::Debian | Shells::Unknown => programs::debian(&mut system),
    }
    if familiar == "alpine" {
        put(&mut system, "/etc/alpine-release", Inode::file("3.22.2\n", 0o644));
    }
    if let Some((_, _, directories, files)) = extra(familiar) {
        for (path, mode) in *directories {
            directory(&mut system, path, *mode);
        }
        for (path, text, mode) in *files {
            put(&mut system, path, Inode::file(*text, *mode));
        }
    }
    system
}

/// Whether all programs of the image are known; others may have whatever is asked for.
pub fn is_known(familiar: &str) -> bool {
    const BASES: &[&str] = &["busybox", "alpine", "ubuntu", "debian", "centos", "fedora"];
    let short = familiar.rsplit('/').next().unwrap_or(familiar);
    BASES.contains(&short) || short == "debian-base" || extra(familiar).is_some()
}

fn extra(familiar: &str) -> Option<&'static Extra> {
    let short = familiar.rsplit('/').next().unwrap_or(familiar);
    let named = |name: &str| EXTRAS.iter().find(|(known, ..)| *known == name);
    named(familiar).or_else(|| named(short))
}

fn users(system: &mut FileSystem, debian: bool) {
    let (passwd, group) = if debian {
        (
            "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n\
             www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n\
             nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
            "root:x:0:\ndaemon:x:1:\nwww-data:x:33:\nnogroup:x:65534:\n",
        )
    } else {
        (
            "root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/usr/sbin:/bin/false\n\
             www-data:x:33:33:www-data:/var/www:/bin/false\n\
             nobody:x:65534:65534:nobody:/home:/bin/false\n",
            "root:x:0:\ndaemon:x:1:\nwww-data:x:33:\nnobody:x:65534:\n",
        )
    };
    put(system, "/etc/passwd", Inode::file(passwd, 0o644));
    put(system, "/etc/group", Inode::file(group, 0o644));
    if debian {
        put(system, "/etc/os-release", Inode::file(super::node::OS_RELEASE, 0o644));
    }
}
