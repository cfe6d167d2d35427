"""The live board: who has sent today, who has not."""
