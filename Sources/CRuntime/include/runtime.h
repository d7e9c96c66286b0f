// Freestanding: nothing to declare for Swift.
