"""A post office that misbehaves on demand: SES's stand-in on loopback, between the world's mailer and its events."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from botocore.config import Config
from botocore.session import get_session

from chalicelib.mail import Mailer
from infra.local.mailbox import Mailbox
from tests.office import at
from tests.world import EVENTS, REGION, SENDER, World


@pytest.fixture
def mailbox(world: World) -> Iterator[Mailbox]:
    """The world's mails go to a mailbox that can be told to refuse, throttle, hang or keep its events back."""
    queue_url = world.sqs.create_queue(QueueName="test-mail-events")["QueueUrl"]
    with Mailbox(lambda: at("07:30"), world.sqs, queue_url) as mailbox:
        impatient = Config(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=1)
        ses = get_session().create_client("sesv2", REGION, endpoint_url=mailbox.endpoint, config=impatient)
        ses.create_email_identity(EmailIdentity=SENDER)
        world.post = replace(world.post, mailer=Mailer(ses, EVENTS))
        yield mailbox
