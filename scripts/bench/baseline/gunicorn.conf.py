"""The plain site is served as the registry is: two workers with three threads each."""

wsgi_app = "scripts.bench.baseline.wsgi"
workers = 2
threads = 3
timeout = 60
keepalive = 75
loglevel = "error"
control_socket_disable = True
