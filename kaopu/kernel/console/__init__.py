"""What every console page shares: who may open it, how figures are written, charts and exports."""
