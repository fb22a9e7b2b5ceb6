"""The plain site is served as the registry is: two workers with four threads each."""

wsgi_app = "scripts.bench.baseline.wsgi"
workers = 2
threads = 4
timeout = 60
keepalive = 75
loglevel = "error"
control_socket_disable = True
