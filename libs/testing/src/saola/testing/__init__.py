"""The world of the tests: real parts, real tokens, a clock that stands still."""
