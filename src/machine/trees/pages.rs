//! The pages that web servers come with.

/// Apache's.
pub(crate) const HTTPD: &str = "<html><body><h1>It works!</h1></body></html>\n";

/// The one of nginx.
pub(crate) const NGINX: &str = "<!DOCTYPE html>\n<html>\n<head>\n<title>Welcome to nginx!</title>\n\
    <style>\nhtml { color-scheme: light dark; }\nbody { width: 35em; margin: 0 auto;\n\
    font-family: Tahoma, Verdana, Arial, sans-serif; }\n</style>\n</head>\n<body>\n\
    <h1>Welcome to nginx!</h1>\n<p>If you see this page, the nginx web server is successfully \
    installed and\nworking. Further configuration is required.</p>\n\n<p>For online documentation \
    and support please refer to\n<a href=\"http://nginx.org/\">nginx.org</a>.<br/>\nCommercial \
    support is available at\n<a href=\"http://nginx.com/\">nginx.com</a>.</p>\n\n<p><em>Thank you \
    for using nginx.</em></p>\n</body>\n</html>\n";

/// Its page for errors of a server.
pub(crate) const NGINX_ERROR: &str = "<!DOCTYPE html>\n<html>\n<head>\n<title>Error</title>\n\
    </head>\n<body>\n<h1>An error occurred.</h1>\n<p>Sorry, the page you are looking for is \
    currently unavailable.<br/>\nPlease try again later.</p>\n</body>\n</html>\n";

/// Its configuration.
pub(crate) const NGINX_CONF: &str = "\nuser  nginx;\nworker_processes  auto;\n\nevents {\n    \
    worker_connections  1024;\n}\n\nhttp {\n    include       /etc/nginx/mime.types;\n    \
    include /etc/nginx/conf.d/*.conf;\n}\n";
