"""What the events of other services mean here: the copy of the directory."""

from saola.directory import following
from saola.kit.consumers import Consumers

on = Consumers()
following.follow(on)
