"""Lets the asserts of the contract suite explain themselves although it is not a test file."""

import pytest

pytest.register_assert_rewrite("tests.devices.contract")
