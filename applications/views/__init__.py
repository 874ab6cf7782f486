"""Thin function views, one module a desk: the decorator says who, the first line fetches, then one verb."""
