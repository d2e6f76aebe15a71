//! Real items give the verdicts of plain pytest.
