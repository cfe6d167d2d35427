"""The rules of telling: pure, by noun."""
