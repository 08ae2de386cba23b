"""The doors: one Blueprint per kind of caller, each a translation and one call. Only app.py imports these.

Lambda imports a door before anything else happens in a process, with app.py or without it, so the logs are set up here.
"""

from chalicelib import logs

logs.configure()
