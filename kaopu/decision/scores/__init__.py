"""Ways in to scores: files read and written, commands, reports. The rules are in kaopu/decision/core/scores."""
