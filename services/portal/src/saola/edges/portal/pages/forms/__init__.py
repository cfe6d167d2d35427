"""The forms by which is reported: their editions, and the editor of a draft."""
