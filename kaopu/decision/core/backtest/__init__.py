"""Old policy against new over a past population: cells, rates, swap sets, intervals, bounds."""
