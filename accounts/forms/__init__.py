"""Forms of this room: checked in Indonesian sentences beside the field."""
