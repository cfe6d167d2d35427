"""The rules, tested without any part running."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)  # how long a test takes proves nothing
settings.load_profile("unhurried")
