"""Why something about people was not done, as one Indonesian sentence that says what to do."""


class Refused(Exception):
    """The office's rules say no, or the page was stale; nothing was changed."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
