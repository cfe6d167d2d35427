"""The periods for which people in Vietnam report: pure, no I/O and no clock."""
