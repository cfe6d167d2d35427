"""What the events of other services mean for the warehouse: its copy of the directory."""

from saola.directory import areas, following
from saola.kit.consumers import Consumers

on = Consumers()
following.follow(on)
areas.follow(on)
