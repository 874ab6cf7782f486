"""A process that guesses a PIN, on the database of the running test.

`python -m tests.accounts.guesser USERNAME BY COUNT PIN` says `ready`, waits for a line, guesses COUNT times and prints
the sentences as JSON; an empty one is a take-over. Between reading under the lock and writing it waits a little, so
that another process which is not locked out comes in between.
"""

import json
import sys
import time
from typing import Any

WINDOW = 0.02


def guess(person: Any, pin: str, by: Any) -> str:
    from accounts import pins
    from accounts.refusals import Refused

    try:
        pins.check_take_over(person, pin, by=by)
    except Refused as refusal:
        return refusal.sentence
    return ""


def main(username: str, by: str, count: str, pin: str) -> None:
    import django
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    django.setup()
    from accounts.models import User
    from office import parameters

    number = parameters.number

    def slowly(code: str) -> int:
        time.sleep(WINDOW)
        return number(code)

    parameters.number = slowly
    person, taker = User.objects.get(username=username), User.objects.get(username=by)
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps([guess(person, pin, taker) for _ in range(int(count))]), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
