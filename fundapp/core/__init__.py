"""What every feature stands on: rows, time, rules, moves, mail, jobs. Knows no feature."""
