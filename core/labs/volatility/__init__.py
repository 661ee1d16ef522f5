"""Volatility lab: forecast how much a price will move, with networks beside linear models and GARCH."""
