"""Ways out of the house. Nothing but `kaopu.outreach.actions.send_message` imports a module of this folder."""
