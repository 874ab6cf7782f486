"""docs/workflow.md, generated from the table of moves, the roles and the desks."""

from accounts.roles import GRANTS, KTP_SECTION_GRANTS, Role
from applications.desks import BY_STATE
from applications.moves import TABLE, Move
from applications.states import ENDED, State

HEAD = """# The life of an application

Generated from `applications/moves.py` by `./dev manage workflow`; do not edit by hand.
`./dev check` fails when it is out of date.
"""


def page() -> str:
    parts = [HEAD, "## States", "", *states(), "", "## Moves", "", *moves(), "", "## Diagram", "", *diagram()]
    return "\n".join(parts) + "\n"


def states() -> list[str]:
    rows = ["| state | label | waits at |", "|---|---|---|"]
    return rows + [f"| `{state}` | {state.label} | {desk_of(state)} |" for state in State]


def desk_of(state: State) -> str:
    return "–" if state in ENDED else BY_STATE[state].label


def moves() -> list[str]:
    rows = ["| move | label | from | to | who | key |", "|---|---|---|---|---|---|"]
    return rows + [
        f"| `{move.name}` | {move.label} | {listed(move.sources)} | {listed(move.targets) or 'stays'} "
        f"| {', '.join(who(move))} | {move.key} |"
        for move in TABLE
    ]


def listed(states: frozenset) -> str:
    return ", ".join(f"`{state}`" if state else "start" for state in in_order(states))


def in_order(states: frozenset) -> list[State | None]:
    return [state for state in (None, *State) if state in states]


def who(move: Move) -> list[str]:
    found = [str(role.value) for role in Role if move.permission in GRANTS[role]]
    found += ["section_head (KTP)"] if move.permission in KTP_SECTION_GRANTS else []
    return found + (["system"] if move.system else [])


def diagram() -> list[str]:
    """A Mermaid state diagram; GitHub and editors draw it."""
    lines = ["```mermaid", "stateDiagram-v2"]
    for move in TABLE:
        for source in in_order(move.sources):
            lines += [f"    {source or '[*]'} --> {target}: {move.name}" for target in in_order(move.targets)]
    return [*lines, *(f"    {state} --> [*]" for state in State if state in ENDED), "```"]
