"""Judgement: features, policies, models, decisions and their rehearsal."""
