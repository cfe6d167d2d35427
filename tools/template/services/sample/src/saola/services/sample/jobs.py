"""What happens by the clock: planned moves of agencies come into force at midnight."""

from saola.directory import following
from saola.kit.jobs import Jobs

clock = Jobs()
following.keep_time(clock)
