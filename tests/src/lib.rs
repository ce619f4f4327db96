//! End to end, across services: journeys, load and fault harnesses.
