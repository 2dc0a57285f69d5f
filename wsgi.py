"""What gunicorn and `flask --app wsgi` load."""

import gc

from clinic import create_app

app = create_app()
# What is loaded stays. Walking through it now and then made one request in some hundreds wait for 100 ms.
gc.collect()
gc.freeze()
