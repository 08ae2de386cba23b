"""Hadir on AWS Lambda. What each door does is in `chalicelib.entry`."""

from chalice.app import Chalice

from chalicelib.entry import bots, jobs, queues, web

app = Chalice(app_name="hadir")
app.experimental_feature_flags.update(["BLUEPRINTS"])
app.register_blueprint(web.bp)
app.register_blueprint(bots.bp)
app.register_blueprint(jobs.bp)
app.register_blueprint(queues.bp)
