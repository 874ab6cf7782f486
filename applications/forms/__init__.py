"""Forms: what people type, checked in Indonesian sentences beside the field."""
