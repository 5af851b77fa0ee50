"""Cut-offs and limits under a loss ceiling, an approval floor and a least adverse impact ratio."""
