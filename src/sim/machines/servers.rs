//! The servers of images: what they do to their files when they begin, and what they answer.

use std::rc::Rc;

use crate::machine::fs::errno::Errno;
use crate::machine::fs::view::View;
use crate::machine::shell::host::{Answer, Foreign};

/// The most of a page that is sent.
const PAGE_MAX: usize = 8 << 20;

/// A server that keeps files: its program, its directory, the file that says that a server is
/// at work there, and what else it makes.
type Keeper = (&'static str, &'static str, &'static str, &'static [&'static str]);

const KEEPERS: &[Keeper] = &[
    ("mongod", "/data/db", "mongod.lock", &["WiredTiger", "WiredTiger.wt", "storage.bson"]),
    ("mysqld", "/var/lib/mysql", "ibdata1", &["ib_logfile0", "mysql.ibd", "auto.cnf"]),
    ("mariadbd", "/var/lib/mysql", "ibdata1", &["ib_logfile0", "aria_log_control"]),
    ("postgres", "/var/lib/postgresql/data", "postmaster.pid", &["PG_VERSION", "postgresql.conf"]),
    ("redis-server", "/data", "", &[]),
];

/// Programs that serve and keep nothing.
const PLAIN: &[&str] = &[
    "httpd",
    "httpd-foreground",
    "nginx",
    "apache2-foreground",
    "main",
    "memcached",
    "java",
    "node",
];

/// Whether the server of that image keeps files of its own.
pub fn keeps_files(image: &str) -> bool {
    ["mongo", "mysql", "mariadb", "postgres", "redis"].iter().any(|name| {
        let repository = image.split([':', '@']).next().unwrap_or(image);
        repository.rsplit('/').next() == Some(name)
    })
}

/// A server is started with these words: how it goes on; `None` when it is no server.
pub fn begin(view: &mut View<'_>, words: &[Rc<str>]) -> Option<Foreign> {
    let name = words.first()?.rsplit('/').next()?;
    if let Some(keeper) = KEEPERS.iter().find(|(known, ..)| *known == name) {
        return Some(keep(view, keeper, words));
    }
    let forever =
        Foreign { stdout: String::new(), stderr: String::new(), ends: None, on_term: Some(0) };
    PLAIN.contains(&name).then_some(forever)
}

/// Makes the files of a server that keeps some.
fn keep(view: &mut View<'_>, keeper: &Keeper, words: &[Rc<str>]) -> Foreign {
    let (program, default, lock, files) = keeper;
    let given = words.iter().position(|word| matches!(&**word, "--dbpath" | "-D" | "--dir"));
    let directory = given.and_then(|at| words.get(at + 1)).map_or(*default, |word| word);
    let ended = |stderr: String, code| Foreign {
        stdout: String::new(),
        stderr,
        ends: Some((100, code)),
        on_term: None,
    };
    if !view.is_directory(directory) {
        let text = format!("{program}: Data directory {directory} not found.\n");
        return ended(text, 100);
    }
    // A stand-in on busybox makes just enough to be seen.
    let stands_in = view.exists("/bin/busybox");
    let files = if stands_in { &files[..files.len().min(1)] } else { files };
    let made = files.iter().try_for_each(|file| {
        let path = format!("{directory}/{file}");
        if view.exists(&path) { Ok(()) } else { view.write(&path, *program) }
    });
    let locked = if lock.is_empty() || stands_in {
        Ok(())
    } else {
        view.write(&format!("{directory}/{lock}"), "1\n")
    };
    match made.and(locked) {
        Ok(()) => {
            Foreign { stdout: String::new(), stderr: String::new(), ends: None, on_term: Some(0) }
        }
        Err(errno) => ended(format!("{program}: {directory}: {errno}\n"), 100),
    }
}

/// What the server of an image answers when it is asked for a path.
pub fn answer(view: &mut View<'_>, image: &str, hostname: &str, _: &str, path: &str) -> Answer {
    let short = image.rsplit('/').next().unwrap_or(image);
    match short {
        "httpd" => page(view, "/usr/local/apache2/htdocs", path, "Apache/2.4.65 (Unix)"),
        "nginx" | "nginx-slim" => page(view, "/usr/share/nginx/html", path, "nginx/1.29.3"),
        "http-go" => text(&format!("Welcome! {hostname}\n"), ""),
        "flask-example" => text("Hello, World!\n", "Werkzeug"),
        "hello-app" => text(&format!("Hello, world!\nVersion: 1.0.0\nHostname: {hostname}\n"), ""),
        "mongo" => text(
            "It looks like you are trying to access MongoDB over HTTP on the native driver port.\n",
            "",
        ),
        "redis" => Answer::Bytes(b"-ERR wrong number of arguments for 'get' command\r\n".to_vec()),
        _ => Answer::Bytes(Vec::new()),
    }
}

fn text(body: &str, server: &str) -> Answer {
    Answer::Page {
        status: 200,
        kind: "text/plain; charset=utf-8".to_owned(),
        server: server.to_owned(),
        body: body.as_bytes().to_vec(),
    }
}

/// A file of a web server's directory, or the page that says why not.
fn page(view: &View<'_>, root: &str, path: &str, server: &str) -> Answer {
    let path = path.split(['?', '#']).next().unwrap_or("/");
    let mut file = format!("{root}/{}", path.trim_start_matches('/'));
    if view.is_directory(&file) {
        file = format!("{}/index.html", file.trim_end_matches('/'));
    }
    let (status, body) = match view.read(&file) {
        Ok(bytes) => (200, bytes.to_vec(PAGE_MAX)),
        Err(Errno::Eacces) => (403, refused(server, 403, "Forbidden")),
        Err(_) if path.ends_with('/') && server.starts_with("nginx") => {
            (403, refused(server, 403, "Forbidden"))
        }
        Err(_) => (404, refused(server, 404, "Not Found")),
    };
    let kind = match file.rsplit('.').next() {
        _ if status != 200 => "text/html",
        Some("html" | "htm") => "text/html",
        Some("css") => "text/css",
        Some("json") => "application/json",
        Some("txt") => "text/plain",
        _ => "application/octet-stream",
    };
    Answer::Page { status, kind: kind.to_owned(), server: server.to_owned(), body }
}

/// The page of an error, as the server words it.
fn refused(server: &str, status: u16, words: &str) -> Vec<u8> {
    let text = if server.starts_with("nginx") {
        format!(
            "<html>\r\n<head><title>{status} {words}</title></head>\r\n<body>\r\n<center><h1>\
             {status} {words}</h1></center>\r\n<hr><center>{server}</center>\r\n</body>\r\n\
             </html>\r\n"
        )
    } else {
        let why = match status {
            404 => "The requested URL was not found on this server.",
            _ => "You don't have permission to access this resource.",
        };
        format!(
            "<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\">\n<html><head>\n<title>{status} \
             {words}</title>\n</head><body>\n<h1>{words}</h1>\n<p>{why}</p>\n</body></html>\n"
        )
    };
    text.into_bytes()
}
