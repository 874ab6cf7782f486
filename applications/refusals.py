"""Why something was not done, as one Indonesian sentence: the tooltip and the error page say the same."""

from django.core.exceptions import PermissionDenied


class Refused(Exception):
    """The office's rules say no. `sentence` tells the person what to do; `field` names what was asked, if one thing."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence, self.field = sentence, field


class TooYoung(Refused):
    """The resident is not old enough yet: the sentence names the date to come, a slip can say it on paper."""


class WrongState(Refused):
    """Somebody was faster, or the page was stale: show the message and the file as it is now."""


class NotAllowed(PermissionDenied):
    """The person has no right to this move: 403."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
