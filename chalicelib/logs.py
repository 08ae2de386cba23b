"""What the logs say and what they never say: one line of JSON for each event, and nothing of what libraries chat about.

At DEBUG botocore and urllib3 print keys, tokens and whole bodies, so their levels are set here and not left to whoever
debugs. The price of names that alarms listen to: an event is renamed together with its alarm.
"""

import json
import logging

CHATTY = ("botocore", "urllib3", "pynamodb", "slack_bolt", "slack_sdk")
"""Libraries that print requests, and with them secrets, at levels below WARNING."""

ALARMS = frozenset(
    {
        "mail needs a person",  # no means are left for a report's mail, or an address that no mail system takes
        "mail did not arrive",  # SES returned a report's mail, or gave it up
        "slot is late",  # its cut-off is long past, and not all of its mails have left
        "slot without a report",  # a letter lists a slot of today that was not in force at its own cut-off
        "year without decreed holidays",  # the bell cannot tell which days are worked; its reports wait
        "nobody was told of a parcel that did not arrive",  # whoever asked for the file reads in no chat any more
        "check-in failed",  # an employee was told "not recorded"; the page keeps the report and tries again
        "chat request failed",  # a webhook was answered with 503; the platform sends again
        "slack request failed",  # the same, seen by Bolt
        "chat message failed",  # an admin's message is tried again, and its sender told in the end
    }
)
"""The events, all logged as errors, that need a person or an alarm; what is only a warning needs neither."""

STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
OF_LAMBDA = "awslambdaric"
"""The package whose handler writes a function's log; all other handlers, such as a test's, stay as they are."""


class JsonLine(logging.Formatter):
    """A record as one line of JSON: when, how grave, which event, and its facts by name."""

    def format(self, record: logging.LogRecord) -> str:
        facts = {name: value for name, value in vars(record).items() if name not in STANDARD}
        line = {"at": self.formatTime(record), "level": record.levelname, "event": record.getMessage()}
        line |= {"logger": record.name, **facts}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False) + "\n"


def configure() -> None:
    """Set up the logs of this process. Doing it twice changes nothing."""
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    for handler in logging.getLogger().handlers:
        if type(handler).__module__.startswith(OF_LAMBDA):
            handler.setFormatter(JsonLine())
