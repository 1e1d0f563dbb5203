"""What a fund's mails say, in its own words, and what was sent about whom and what."""
